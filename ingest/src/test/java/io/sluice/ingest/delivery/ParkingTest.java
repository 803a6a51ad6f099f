package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.Parking.Arrival;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Examples, and random histories with the seed in the failure message. */
class ParkingTest {
    private static final int SEEDS = Integer.getInteger("sluice.parking.seeds", 5_000);

    private static final ByteBuffer KEY = ByteBuffer.wrap(new byte[] {1});
    private static final ByteBuffer OTHER = ByteBuffer.wrap(new byte[] {2});
    private static final ParkingEntry.Owner ME = new ParkingEntry.Owner(7, 1);

    private final Parking parking = claimed(new Parking(2));

    @Test
    void aWaitingKeyParksWhatIsBeyondItsShareAndAllThatFollows() {
        assertThat(parking.arrived(KEY, 10, 1, true)).isEqualTo(Arrival.ENQUEUE);
        assertThat(parking.arrived(KEY, 11, 2, true)).isEqualTo(Arrival.PARK);
        assertThat(parking.arrived(KEY, 12, 0, false)).as("no longer waiting").isEqualTo(Arrival.PARK);
        assertThat(parking.arrived(OTHER, 13, 5, false)).isEqualTo(Arrival.ENQUEUE);
    }

    @Test
    void withoutAClaimThereIsNoPosition() {
        assertThat(new Parking(2).position()).isEqualTo(-1);
        assertThat(parking.position()).isNotNegative();
    }

    @Test
    void whatIsParkedComesBackInOrderByShares() {
        park(20, 21, 22);
        assertThat(parking.next(KEY, 22)).as("places").containsExactly(120, 121);
        assertThat(parking.next(KEY, 99)).as("one share at a time").isEmpty();
        parking.settled(KEY, 20);
        parking.settled(KEY, 21);
        assertThat(parking.next(KEY, 22)).as("22 may not have arrived").isEmpty();
        assertThat(parking.next(KEY, 23)).containsExactly(122);
    }

    @Test
    void nothingIsReadBackBeyondAWriteUnderWay() {
        park(20);
        parking.arrived(KEY, 21, 2, true);
        parking.arrived(KEY, 22, 2, true);
        parking.written(new ParkingEntry.Parked(ME, KEY, 22), 122);
        assertThat(parking.next(KEY, 99)).containsExactly(120);
        parking.settled(KEY, 20);
        assertThat(parking.next(KEY, 99)).isEmpty();
        parking.written(new ParkingEntry.Parked(ME, KEY, 21), 130);
        assertThat(parking.next(KEY, 99)).as("by the source's order").containsExactly(130, 122);
    }

    @Test
    void aKeyLeavesBehindADurableMarkBelowTheCommittedPosition() {
        park(20);
        parking.next(KEY, 99);
        parking.settled(KEY, 20);
        assertThat(parking.mark(KEY, 20)).as("20 is not committed").isEqualTo(-1);
        assertThat(parking.mark(KEY, 21)).isEqualTo(20);
        assertThat(parking.mark(KEY, 21)).as("one at a time").isEqualTo(-1);
        assertThat(parking.arrived(KEY, 23, 0, false)).isEqualTo(Arrival.ENQUEUE);
        assertThat(parking.holds(KEY)).isTrue();
        assertThat(parking.arrived(KEY, 24, 2, false))
                .as("no more than its share")
                .isEqualTo(Arrival.PARK);
        parking.marked(KEY);
        assertThat(parking.holds(KEY)).isFalse();
        assertThat(parking.isParked(KEY)).as("24").isTrue();
    }

    @Test
    void aNewOwnerKnowsWhatIsParkedAndNotDone() {
        Parking next = new Parking(2);
        next.read(ME, 100);
        next.read(new ParkingEntry.Parked(ME, KEY, 20), 101);
        next.read(new ParkingEntry.Parked(ME, KEY, 22), 102);
        next.read(new ParkingEntry.Done(ME, KEY, 20), 103);
        ParkingEntry.Owner mine = new ParkingEntry.Owner(next.nextNumber(3), 2);
        assertThat(mine.number()).isEqualTo(8);
        assertThat(next.read(mine, 104)).isTrue();
        assertThat(next.read(new ParkingEntry.Parked(ME, KEY, 23), 105))
                .as("void")
                .isFalse();
        next.begin();

        assertThat(next.arrived(KEY, 21, 0, false)).isEqualTo(Arrival.ENQUEUE);
        assertThat(next.arrived(KEY, 22, 1, false)).isEqualTo(Arrival.PARKED_BEFORE);
        assertThat(next.arrived(KEY, 23, 1, false)).isEqualTo(Arrival.PARK);
        assertThat(next.position()).as("the claim that governs what is needed").isEqualTo(100);
    }

    private void park(long... origins) {
        for (long origin : origins) {
            assertThat(parking.arrived(KEY, origin, 2, true)).isEqualTo(Arrival.PARK);
            parking.written(new ParkingEntry.Parked(ME, KEY, origin), 100 + origin);
        }
    }

    private static Parking claimed(Parking parking) {
        parking.read(ME, 0);
        parking.begin();
        return parking;
    }

    @Test
    void noHistoryLosesARecordOrLeavesAnOlderOneLast() {
        long parked = 0;
        long readBack = 0;
        long marks = 0;
        long lives = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            ParkingWorld world = new ParkingWorld(seed, 60, 4);
            try {
                for (int i = 0; i < 2_000; i++) {
                    world.step(true);
                }
                for (int i = 0; !world.finished(); i++) {
                    world.step(false);
                    assertThat(i).as("comes to an end").isLessThan(100_000);
                }
                world.checkNothingIsLeft();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + world.describe() + ": " + e.getMessage(), e);
            }
            parked += world.parked;
            readBack += world.readBack;
            marks += world.marks;
            lives += world.lives;
        }
        System.out.printf(
                "parking: histories %d, owners %d, parked %d, read back %d, marks %d%n",
                SEEDS, lives, parked, readBack, marks);
        assertThat(parked).isGreaterThan(SEEDS);
        assertThat(readBack).isGreaterThan(SEEDS);
        assertThat(marks).isGreaterThan(SEEDS);
    }
}
