package io.sluice.devkit.oracle;

import static io.sluice.devkit.oracle.Story.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.oracle.LogRecord.Result;
import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FateRulesTest {
    @Test
    void aRecordMustBeSettledInTimeAfterTheLastFault() {
        Terms terms = Terms.defaults().settle(Duration.ofSeconds(10)).lease(Duration.ofMinutes(5));
        Story inTime = new Story()
                .produce("a")
                .event(EventKind.HEAL, "rig", "")
                .assigned(1)
                .deliver(STREAM, 1, 0);
        assertThat(inTime.pause(9_900).ack(STREAM, 1, 0, 1).judge(terms).clean())
                .isTrue();
        Story late = new Story()
                .produce("a")
                .event(EventKind.HEAL, "rig", "")
                .assigned(1)
                .deliver(STREAM, 1, 0);
        assertThat(late.pause(10_100).ack(STREAM, 1, 0, 1).judge(terms).counts())
                .isEqualTo(Map.of(Rule.G3, 1L));
    }

    @Test
    void duringFaultsARecordMayTakeAnyTime() {
        Story story = new Story()
                .produce("a")
                .assigned(1)
                .deliver(STREAM, 1, 0)
                .pause(600_000)
                .ack(STREAM, 1, 0, 1);
        assertThat(story.judge().clean()).isTrue();
    }

    @Test
    void whatNobodyProducedOrWasAbortedIsAPhantom() {
        Findings unknown = new Story()
                .assigned(1)
                .deliver(STREAM, 1, 7)
                .ack(STREAM, 1, 0, 1)
                .judge();
        assertThat(unknown.counts()).isEqualTo(Map.of(Rule.G4, 1L));
        Findings aborted = new Story()
                .produceUnsure("u7", Result.FAIL)
                .assigned(1)
                .deliver(STREAM, 1, 7)
                .ack(STREAM, 1, 0, 1)
                .judge();
        assertThat(aborted.first(Rule.G4).get(0).text())
                .isEqualTo("t-0@7: delivered, but its producer failed or aborted it");
    }

    @Test
    void whatTheProducerIsNotSureOfMayComeOrNot() {
        Story story = new Story()
                .produceUnsure("u7", Result.INFO)
                .produceUnsure("u8", Result.INFO)
                .assigned(1)
                .one(STREAM, 1, 0, 0, 7, "u7", "su7")
                .ack(STREAM, 1, 0, 1)
                .commit(9);
        Findings findings = story.judge();
        assertThat(findings.clean()).as("%s", findings).isTrue();
        assertThat(findings.records()).isEqualTo(1);
    }

    @Test
    void anotherValueAnotherRecordAndAnotherPlaceAreCorrupt() {
        assertThat(delivered("u0", "s1").first(Rule.G5).get(0).text()).isEqualTo("t-0@0: delivered with another value");
        assertThat(delivered("u1", "s1").first(Rule.G5).get(0).text())
                .isEqualTo("t-0@0: delivered with another record");
        assertThat(delivered("u0", "s0").clean()).isTrue();
    }

    @Test
    void aLetterWithAnotherValueIsCorrupt() {
        Story story = new Story().produce("a").assigned(1).deliver(STREAM, 1, 0);
        story.answer(STREAM, 1, 0, 1, Verdict.REJECT, -1).letter(0, "REJECT", 1, "s9");
        assertThat(story.judge().counts()).isEqualTo(Map.of(Rule.G5, 1L));
    }

    private static Findings delivered(String uid, String sha) {
        return new Story()
                .produce("k")
                .assigned(1)
                .one(STREAM, 1, 0, 0, 0, uid, sha)
                .ack(STREAM, 1, 0, 1)
                .judge();
    }
}
