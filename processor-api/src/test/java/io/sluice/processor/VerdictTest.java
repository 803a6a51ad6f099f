package io.sluice.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class VerdictTest {
    @Test
    void aReasonIsKeptToOneLineAndItsLimit() {
        Verdict verdict = Verdict.reject("A\nB", "x\r\ny\u0000z" + "\u00e9".repeat(600));
        assertThat(verdict.code()).isEqualTo("A B");
        assertThat(verdict.reason()).startsWith("x  y z\u00e9");
        assertThat(verdict.reason().getBytes(StandardCharsets.UTF_8)).hasSize(1000);
        assertThat(Verdict.reject("C".repeat(300), "").code()).hasSize(100);
    }

    @Test
    void aReasonIsNeverCutInsideACharacter() {
        assertThat(Text.oneLine("ab\u00e9", 3)).isEqualTo("ab");
        assertThat(Text.oneLine("ab\uD83D\uDE00", 5)).isEqualTo("ab");
        assertThat(Text.oneLine("ab\uD83D\uDE00", 6)).isEqualTo("ab\uD83D\uDE00");
    }

    @Test
    void aCodeMustNotBeBlank() {
        assertThatThrownBy(() -> Verdict.retry(" ", "x")).hasMessage("a verdict's code must not be blank");
    }

    @Test
    void onlyARetryCanWaitAndOnlyARejectHasHeaders() {
        assertThatThrownBy(() -> Verdict.ack().withRetryAfter(Duration.ZERO))
                .hasMessage("withRetryAfter on ACK: only a RETRY can wait");
        assertThatThrownBy(() -> Verdict.release().withHeader(Header.of("a", "b")))
                .hasMessage("withHeader on RELEASE: only a REJECT has headers");
        assertThatThrownBy(() -> Verdict.retry("A", "").withRetryAfter(Duration.ofSeconds(-1)))
                .hasMessage("retry after PT-1S: must not be negative");
    }

    @Test
    void aWaitOfMoreThanADayIsADay() {
        assertThat(Verdict.retry("A", "").withRetryAfter(Duration.ofDays(9)).retryAfter())
                .isEqualTo(Duration.ofDays(1));
    }
}
