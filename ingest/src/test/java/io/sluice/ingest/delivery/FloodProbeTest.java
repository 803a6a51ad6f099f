package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a breaker remembers from before it opened, and how much it tries. */
class FloodProbeTest {
    private static final long PAUSE = 1_000;
    private final FloodBreaker breaker = new FloodBreaker(new FloodPolicy(true, 0.5, 10, 100, PAUSE), new Tally());

    private void dead(int count) {
        for (int i = 0; i < count; i++) {
            breaker.deadLettered(Cause.REJECT, "NO", false, 0);
        }
    }

    private void good(int count) {
        for (int i = 0; i < count; i++) {
            breaker.acked();
        }
    }

    @Test
    void afterItHasClosedItCountsFromNothing() {
        dead(6);
        assertThat(breaker.closed()).isFalse();
        assertThat(breaker.allowance(PAUSE)).isEqualTo(FloodBreaker.PROBE_RECORDS);
        good(10);
        assertThat(breaker.closed()).isTrue();
        dead(5);
        assertThat(breaker.closed()).isTrue();
        dead(1);
        assertThat(breaker.closed()).as("as many as the first time").isFalse();
    }

    @Test
    void aProbeIsNeverMoreThanWhatIsMissingFromTenOutcomes() {
        dead(6);
        breaker.allowance(PAUSE);
        dead(2);
        good(3);
        assertThat(breaker.allowance(PAUSE)).isEqualTo(5);
    }
}
