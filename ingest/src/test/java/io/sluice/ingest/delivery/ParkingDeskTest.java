package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The whole lane with a parking log beside it, in random histories; the seed is in the failure message. */
class ParkingDeskTest {
    private static final int SEEDS = Integer.getInteger("sluice.parking.lane.seeds", 500);

    @Test
    void noHistoryLosesARecordOrLeavesAnOlderOneLast() {
        long parked = 0;
        long unparked = 0;
        long lives = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            ParkingHistory history = new ParkingHistory(seed, 120, 4);
            try {
                for (int i = 0; i < 1_500; i++) {
                    history.step(true);
                }
                for (int i = 0; !history.finished(); i++) {
                    history.step(false);
                    assertThat(i).as("comes to an end").isLessThan(20_000);
                }
                history.checkNothingIsLeft();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + history.describe() + ": " + e.getMessage(), e);
            }
            parked += history.parked;
            unparked += history.unparked;
            lives += history.lives;
        }
        System.out.printf(
                "parking in a lane: histories %d, owners %d, parked %d, read back %d%n",
                SEEDS, lives, parked, unparked);
        assertThat(parked).isGreaterThan(SEEDS);
        assertThat(unparked).isGreaterThan(SEEDS);
    }
}
