package io.sluice.devkit.oracle;

import static io.sluice.devkit.oracle.Story.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.oracle.Findings.Lag;
import org.junit.jupiter.api.Test;

class LagRuleTest {
    @Test
    void theWorstLagIsReportedForTheRunAndForEachFault() {
        Story story = new Story()
                .produce("a", "b", "c")
                .assigned(1)
                .deliver(STREAM, 1, 0)
                .ack(STREAM, 1, 0, 1);
        story.event(EventKind.FAULT_START, "stall", "").pause(1_000).event(EventKind.FAULT_END, "stall", "");
        story.one(STREAM, 2, 0, 0, 1).one(STREAM, 2, 1, 1, 2).ack(STREAM, 2, 0, 2);
        Findings findings = story.judge();
        assertThat(findings.clean()).as("%s", findings).isTrue();
        assertThat(findings.lags()).containsExactly(new Lag("run", 3, 1_007), new Lag("stall", 2, 1_007));
    }

    @Test
    void aRecordThatIsNeverSettledHasNoLongestTime() {
        assertThat(new Story().produce("a").judge().lags()).containsExactly(new Lag("run", 1, -1));
    }
}
