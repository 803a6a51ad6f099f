package io.sluice.devkit.oracle;

import static io.sluice.devkit.oracle.Story.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LetterRulesTest {
    @Test
    void aRejectedRecordWithItsLetterIsInOrder() {
        assertThat(rejected().letter(0, "REJECT", 1).commit(1).judge().clean()).isTrue();
    }

    @Test
    void aRejectedRecordWithoutALetterIsAccused() {
        assertThat(rejected().judge().counts()).isEqualTo(Map.of(Rule.G13, 1L, Rule.G3, 1L));
    }

    @Test
    void aRejectThatWasLostWithItsGatewayNeedsNoLetterWhenTheRecordComesAgain() {
        Story story = rejected()
                .event(EventKind.GATEWAY_KILL, "gw", "")
                .gateway("other/0")
                .assigned(1);
        assertThat(story.deliver("p2/1", 1, 0).ack("p2/1", 1, 0, 1).judge().clean())
                .isTrue();
    }

    @Test
    void aLetterWithoutACauseOrAnOriginIsAccused() {
        Story acked = new Story().produce("a").assigned(1).deliver(STREAM, 1, 0).ack(STREAM, 1, 0, 1);
        assertThat(acked.letter(0, "REJECT", 1).judge().counts()).isEqualTo(Map.of(Rule.G13, 1L));
        assertThat(rejected()
                        .letter(0, "REJECT", 1)
                        .letter(77, "REJECT", 1)
                        .judge()
                        .counts())
                .isEqualTo(Map.of(Rule.G13, 1L));
    }

    @Test
    void aRecordThatIsTooLargeHasALetterWithoutADelivery() {
        Findings findings = new Story()
                .produce("a")
                .assigned(1)
                .letter(0, "TOO_LARGE", 0)
                .commit(1)
                .judge();
        assertThat(findings.clean()).as("%s", findings).isTrue();
    }

    @Test
    void aSecondLetterNeedsACrashInBetween() {
        assertThat(rejected()
                        .letter(0, "REJECT", 1)
                        .pause(5_000)
                        .letter(0, "REJECT", 1)
                        .judge()
                        .counts())
                .isEqualTo(Map.of(Rule.G13, 1L));
        Story crashed = rejected().letter(0, "REJECT", 1).event(EventKind.GATEWAY_KILL, "gw", "");
        crashed.gateway("other/0").assigned(1).deliver("p2/1", 1, 0).answer("p2/1", 1, 0, 1, Verdict.REJECT, -1);
        assertThat(crashed.letter(0, "REJECT", 1).commit(1).judge().clean()).isTrue();
    }

    private static Story rejected() {
        return new Story().produce("a").assigned(1).deliver(STREAM, 1, 0).answer(STREAM, 1, 0, 1, Verdict.REJECT, -1);
    }
}
