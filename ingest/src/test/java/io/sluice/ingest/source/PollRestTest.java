package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PollRestTest {
    private final PollRest rest = new PollRest();

    @Test
    void aPollRestsLongOnlyWhenNothingIsOpen() {
        assertThat(rest.ms(false, 0, true)).isEqualTo(PollRest.QUIET_MS);
        assertThat(rest.ms(false, 0, false)).isEqualTo(PollRest.IDLE_MS);
        assertThat(rest.ms(false, 7, false)).isEqualTo(PollRest.IDLE_MS);
    }

    @Test
    void whileSomethingWaitsForRoomPollsAreShortAndLongerTheLongerNothingMoves() {
        assertThat(rest.ms(true, 1, false)).isZero();
        assertThat(rest.ms(true, 0, false)).isEqualTo(4);
        assertThat(rest.ms(true, 0, true)).isEqualTo(8);
        for (int i = 0; i < 10; i++) {
            rest.ms(true, 0, false);
        }
        assertThat(rest.ms(true, 0, false)).isEqualTo(PollRest.BLOCKED_MAX_MS);
        assertThat(rest.ms(true, 1, false)).isZero();
        assertThat(rest.ms(true, 0, false)).isEqualTo(4);
    }
}
