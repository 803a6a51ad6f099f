package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.Footprint;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a lane keeps is bounded by what was ever in flight at a time, however many records and keys have passed. Some of
 * the records fail once, are dead-lettered, or lose their stream, so that they pass by every list that there is.
 */
class NothingStaysTest {
    private static final int IN_FLIGHT = 4_000;
    /** Pools are as large as their peaks, and those differ a little. */
    private static final int SLACK = IN_FLIGHT / 50;

    @Test
    @Tag("slow")
    void aMillionKeysLeaveNoMoreBehindThanTheFirstFewThousand() {
        for (Ordering ordering : Ordering.values()) {
            Lane lane = new Lane(ordering);
            lane.pass(10 * IN_FLIGHT);
            lane.holdsNothing();
            Footprint first = Footprint.of(lane.delivery);
            lane.pass(1_000_000);
            lane.holdsNothing();
            assertThat(lane.dead).as("failures happen").isGreaterThan(10);
            Footprint last = Footprint.of(lane.delivery);
            String both = ordering + ", then " + first + ", now " + last;
            assertThat(last.objects() - first.objects()).as(both).isLessThan(SLACK);
            assertThat(last.places() - first.places()).as(both).isLessThan(SLACK);
        }
    }

    @Test
    void aLaneThatHoldsMoreIsSeenToHoldMore() {
        Lane lane = new Lane(Ordering.KEY);
        lane.pass(IN_FLIGHT);
        Footprint empty = Footprint.of(lane.delivery);
        lane.receive();
        assertThat(Footprint.of(lane.delivery).objects()).as("a key").isEqualTo(empty.objects() + 2);
    }

    /** A delivery with the surroundings that keep nothing themselves. */
    private static final class Lane implements Effects, Observer, StreamPort {
        final Delivery delivery;
        private final PartitionEpoch partition = new PartitionEpoch("t", 0, 1);
        private final ArrayDeque<Batch> open = new ArrayDeque<>();
        private final ArrayDeque<Outgoing> letters = new ArrayDeque<>();
        private long nowNs = 1;
        private long offset;
        private long committable;
        long dead;

        Lane(Ordering ordering) {
            delivery = new Delivery(
                    Settings.of(ordering)
                            .batch(500, 1 << 20)
                            .age(3, 60_000 * MS)
                            .build(),
                    this,
                    this);
            delivery.assigned(partition);
            connect();
        }

        private void connect() {
            delivery.streamUp(this, new StreamInfo("t", "p", "1", "i", 4 << 20), 2_000, 0);
        }

        /** So many records, each of a key of its own, while never more are in flight than is allowed. */
        void pass(int records) {
            long until = offset + records;
            for (int cycle = 0; offset < until || delivery.partitions().liveRecords() > 0; cycle++) {
                for (int n = 0;
                        n < 2_000 && offset < until && delivery.partitions().liveRecords() < IN_FLIGHT;
                        n++) {
                    receive();
                }
                if (cycle % 16 == 7) {
                    delivery.streamDown(this, false, nowNs);
                    open.clear();
                    connect();
                }
                cycle();
            }
        }

        void receive() {
            byte[] key = ByteBuffer.allocate(8).putLong(offset).array();
            delivery.received(partition, offset++, 1, 0, 0, key, key, Header.NONE, nowNs);
        }

        private void cycle() {
            nowNs += 50 * MS;
            for (int n = open.size(); n > 0; n--) {
                answer(open.removeFirst());
            }
            for (int n = letters.size(); n > 0; n--) {
                delivery.published(letters.removeFirst(), nowNs);
                dead++;
            }
            delivery.tick(nowNs);
            delivery.dispatch(nowNs);
            delivery.tellNews(nowNs);
        }

        /** Of each batch one record is rejected and the next is to be retried, as is what follows it in its group. */
        private void answer(Batch batch) {
            int size = batch.size();
            int bad = size / 3;
            boolean oneGroup = batch.group(0) == batch.group(size - 1);
            int rest = Math.max(0, size - bad - 2);
            List<VerdictRange> verdicts = new ArrayList<>();
            verdicts.add(VerdictRange.ack(0, bad));
            verdicts.add(World.verdict(bad, 1, Outcome.REJECT));
            verdicts.add(World.verdict(bad + 1, Math.min(1, size - bad - 1), Outcome.RETRY));
            verdicts.add(World.verdict(bad + 2, rest, oneGroup ? Outcome.RELEASE : Outcome.ACK));
            verdicts.removeIf(range -> range.count() <= 0);
            assertThat(delivery.results(this, List.of(new BatchVerdicts(batch.id(), verdicts)), nowNs))
                    .isNull();
        }

        void holdsNothing() {
            Queues queues = delivery.queues();
            OffsetLedger ledger = delivery.partitions().ledger(partition);
            assertThat(committable).isEqualTo(offset);
            assertThat(ledger.live() + ledger.outstanding).isZero();
            assertThat(ledger.settledRecords).isEqualTo(offset);
            assertThat(queues.keys()).isZero();
            assertThat(queues.deadlines.size()).isZero();
            assertThat(queues.ready.isEmpty() && queues.suspects.isEmpty()).isTrue();
            assertThat(queues.crowded).isEmpty();
            assertThat(delivery.desk().waiting()).isZero();
            assertThat(delivery.partitions().liveBytes()).isZero();
            new Invariants(delivery).check();
        }

        @Override
        public boolean publish(Outgoing letter) {
            return letters.add(letter);
        }

        @Override
        public void progress(PartitionEpoch of, long position, long settledRecords, long settledBytes) {
            committable = position;
        }

        @Override
        public void completions(PartitionEpoch of, String metadata) {}

        @Override
        public void revoked(PartitionEpoch of, long position, String metadata) {}

        @Override
        public void batchSent(int records) {}

        @Override
        public void batchDone(long elapsedNs) {}

        @Override
        public void settled(long timestampMs) {}

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void send(Batch batch, long leaseNs) {
            open.addLast(batch);
        }

        @Override
        public void frameHandled() {}

        @Override
        public void revoke(List<Long> batchIds, List<PartitionEpoch> partitions, long graceNs, RevokeCause cause) {}

        @Override
        public void close(CloseCause cause, String reason, long graceNs) {}
    }
}
