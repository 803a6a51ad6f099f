package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TurnTest {
    private static final Effort EFFORT = Effort.full(5, 2_000_000);

    @Test
    void aSlowContenderGetsAsManyRecordsAsItHandlesInARound() {
        Turn turn = warm(100, 10_000);

        assertThat(turn.next()).isBetween(19_000L, 21_000L);
    }

    @Test
    void aFastOneGetsNoMoreThanARoundHas() {
        assertThat(warm(100, 5_000_000).next()).isEqualTo(2_000_000);
    }

    @Test
    void aRoundOfLargeRecordsIsBoundedInBytes() {
        assertThat(warm(1_000_000, 100_000).next()).isEqualTo(1_073);
    }

    @Test
    void aFastContenderIsWarmAfterTwentyFiveMillionRecordsAndASlowOneAfterFifteenSeconds() {
        assertThat(lapsUntilWarm(100, 3_000_000)).isEqualTo(18);
        assertThat(lapsUntilWarm(100, 10_000)).isBetween(8, 12);
    }

    private static Turn warm(int bytes, double perSecond) {
        Turn turn = turn(bytes);
        while (!turn.isWarm()) {
            turn.warmed(turn.next() / perSecond);
        }
        return turn;
    }

    private static int lapsUntilWarm(int bytes, double perSecond) {
        Turn turn = turn(bytes);
        int laps = 0;
        while (!turn.isWarm()) {
            turn.warmed(turn.next() / perSecond);
            laps++;
        }
        return laps;
    }

    private static Turn turn(int bytes) {
        Contender none = new Contender() {
            @Override
            public String name() {
                return "none";
            }

            @Override
            public List<Usage> processes() {
                return List.of();
            }

            @Override
            public double round(long records) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {}
        };
        return new Turn(none, Load.of(12, 1_000, bytes), EFFORT);
    }
}
