package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole lane with a parking log beside it, in random histories; the seed is in the failure message. */
class ParkingDeskTest {
    private static final int SEEDS = Integer.getInteger("sluice.parking.lane.seeds", 500);

    private static final ParkingEntry.Owner OTHER = new ParkingEntry.Owner(5, 5);

    /** Surroundings that keep what they are told. */
    private static final class Desk extends World {
        final List<ParkingWrite> writes = new ArrayList<>();
        final List<long[]> reads = new ArrayList<>();
        final List<PartitionEpoch> left = new ArrayList<>();
        boolean claimed;
        final PartitionEpoch partition = assign("t", 0);

        Desk() {
            super(ParkingHistory.settings());
        }

        @Override
        public boolean publish(Outgoing letter) {
            return !publisherFull
                    && (letter instanceof ParkingWrite write ? writes.add(write) : letters.add((DeadLetter) letter));
        }

        @Override
        public void readParked(PartitionEpoch of, long[] places) {
            reads.add(places);
        }

        @Override
        public void parkingClaimed(PartitionEpoch of) {
            claimed = true;
        }

        @Override
        public void parkingLeft(PartitionEpoch of) {
            left.add(of);
        }

        ParkingDesk parking() {
            return delivery.parking();
        }

        ParkingWrite lastWrite() {
            return writes.get(writes.size() - 1);
        }

        void claim() {
            parking().readToEnd(partition, 3);
            cycle();
            parking().published(lastWrite(), 7, nowNs);
            parking().read(partition, lastWrite().content(), 7);
            cycle();
        }

        void fail(FakeStream stream, int received) {
            for (int offset = 0; offset < received; offset++) {
                receive(partition, offset, "k");
            }
            cycle();
            Sent sent = stream.last();
            stream.answer(sent, retry(0, 10_000, Scope.RECORD), verdict(1, sent.size() - 1, Outcome.RELEASE));
        }
    }

    private final Desk desk = new Desk();

    @Test
    void whoLosesAClaimClaimsAgainWithAGreaterNumber() {
        desk.parking().readToEnd(desk.partition, 3);
        desk.cycle();
        ParkingEntry first = desk.lastWrite().content();
        desk.parking().read(desk.partition, OTHER, 1);
        desk.parking().read(desk.partition, first, 2);
        desk.cycle();
        assertThat(desk.claimed).isFalse();
        assertThat(desk.lastWrite().content().owner().number()).isEqualTo(6);

        desk.parking().read(desk.partition, desk.lastWrite().content(), 3);
        assertThat(desk.claimed).isTrue();
        desk.parking().read(desk.partition, OTHER, 4);
        desk.parking().readToEnd(new PartitionEpoch("t", 0, 99), 3);
    }

    @Test
    void nothingIsReadBackOrMarkedBeforeTheLogIsClaimedAlthoughAnotherPartitionIs() {
        desk.claim();
        PartitionEpoch second = desk.assign("t", 1);
        desk.delivery.position(second, 100);
        desk.parking().read(second, OTHER, 0);
        ByteBuffer key = ByteBuffer.wrap(new byte[] {'k'});
        desk.parking().read(second, new ParkingEntry.Parked(OTHER, key, 24), 1);
        desk.pass(5);
        assertThat(desk.reads).isEmpty();

        desk.parking().read(second, new ParkingEntry.Done(OTHER, key, 24), 2);
        desk.parking().read(second, new ParkingEntry.Parked(OTHER, key, 25), 3);
        desk.parking().readToEnd(second, 3);
        desk.pass(5);
        assertThat(desk.reads).isEmpty();

        desk.parking().read(second, desk.lastWrite().content(), 4);
        desk.pass(5);
        assertThat(desk.reads).containsExactly(new long[] {3});
    }

    @Test
    void whatAFailingKeyHasBeyondItsShareIsParkedAndNothingElse() {
        World.FakeStream stream = desk.stream(100);
        desk.claim();
        desk.fail(stream, 6);
        desk.cycle();
        desk.receive(desk.partition, 6, "k");
        desk.receive(desk.partition, 7, null);
        desk.receive(desk.partition, 8, "other");
        desk.cycle();

        assertThat(desk.writes.stream().skip(1).map(write -> write.entry().offset()))
                .containsExactly(3L, 4L, 5L, 6L);
        assertThat(stream.last().offsets()).containsExactly(7L, 8L);
        assertThat(desk.delivery.view(desk.nowNs).partitions().get(0).head().where())
                .isEqualTo(Head.Where.WAITING);
    }

    @Test
    void whatHoldsAPartitionIsSaidWhileItIsBeingParked() {
        World.FakeStream stream = desk.stream(100);
        desk.claim();
        desk.fail(stream, 6);
        desk.pass(10_001);
        assertThat(stream.last().offsets()).containsExactly(0L, 1L, 2L);
        stream.answer(stream.last(), VerdictRange.ack(0, 3));

        assertThat(head().offset()).isEqualTo(3);
        assertThat(head().where()).isEqualTo(Head.Where.PARKING);
        desk.parking().publishFailed(desk.writes.get(1), "no", desk.nowNs);
        assertThat(head().where()).isEqualTo(Head.Where.PARKING_HELD);
    }

    private Head head() {
        return desk.delivery.view(desk.nowNs).partitions().get(0).head();
    }

    @Test
    void aPartitionWhoseLastWordNobodyWaitsForIsLetGoAfterAMinute() {
        World.FakeStream stream = desk.stream(100);
        desk.claim();
        desk.fail(stream, 6);
        desk.cycle();
        desk.parking().published(desk.writes.get(1), 11, desk.nowNs);
        desk.delivery.revoke(List.of(desk.partition), desk.nowNs + 1, desk.nowNs);
        desk.pass(1);
        desk.pass(59_000);
        assertThat(desk.left).isEmpty();
        desk.pass(1_000);
        assertThat(desk.left).containsExactly(desk.partition);

        desk.parking().leave(desk.partition, 0, Completions.NONE);
        assertThat(desk.left).as("too late: nothing is left to be said").hasSize(2);
        int writes = desk.writes.size();
        desk.pass(1_000);
        assertThat(desk.writes).hasSize(writes);
    }

    @Test
    void anAnswerThatComesAfterThePartitionHasGoneChangesNothing() {
        World.FakeStream stream = desk.stream(100);
        desk.claim();
        desk.fail(stream, 6);
        desk.publisherFull = true;
        desk.receive(desk.partition, 6, "k");
        desk.cycle();
        desk.publisherFull = false;
        desk.parking().publishFailed(desk.writes.get(1), "full", desk.nowNs);
        assertThat(desk.parking().lastFailure()).isEqualTo("full");
        desk.delivery.revoke(List.of(desk.partition), desk.nowNs + 1_000 * World.MS, desk.nowNs);
        desk.parking().read(desk.partition, OTHER, 9);
        desk.parking().readToEnd(desk.partition, 3);
        desk.parking().back(desk.partition, 3, 1, 0, new byte[] {'k'}, null, Header.NONE, desk.nowNs);
        desk.pass(2_000);
        desk.delivery.lost(List.of(desk.partition), desk.nowNs);
        int writes = desk.writes.size();

        desk.parking().published(desk.writes.get(2), 11, desk.nowNs);
        desk.parking().read(desk.partition, OTHER, 9);
        desk.parking().back(desk.partition, 3, 1, 0, new byte[] {'k'}, null, Header.NONE, desk.nowNs);
        desk.pass(2_000);

        assertThat(desk.writes).as("nothing is written any more").hasSize(writes);
        assertThat(desk.delivery.partitions().liveRecords()).isZero();
        assertThat(desk.delivery.stats().parked.get()).isZero();
    }

    @Test
    void noHistoryLosesARecordOrLeavesAnOlderOneLast() {
        long parked = 0;
        long unparked = 0;
        long lives = 0;
        long orderly = 0;
        long withheld = 0;
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
            orderly += history.orderly;
            withheld += history.withheld;
        }
        System.out.printf(
                "parking in a lane: histories %d, owners %d, handed over in order %d, parked %d, read back %d, without room %d%n",
                SEEDS, lives, orderly, parked, unparked, withheld);
        assertThat(orderly).isGreaterThan(SEEDS / 10);
        assertThat(withheld).isGreaterThan(SEEDS);
        assertThat(parked).isGreaterThan(SEEDS);
        assertThat(unparked).isGreaterThan(SEEDS);
    }
}
