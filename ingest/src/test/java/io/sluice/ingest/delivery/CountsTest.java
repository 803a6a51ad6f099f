package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.MS;
import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.DeliveryStats.Redelivery;
import io.sluice.ingest.delivery.DeliveryStats.Violation;
import io.sluice.ingest.delivery.World.FakeStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What operators are told of a lane: its counters, its progress, what the calls of a cycle have done. */
class CountsTest {
    private final List<Long> done = new ArrayList<>();
    private final List<Long> settled = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();
    private long settledBytes;
    private final World world = new World(World.SETTINGS) {
        @Override
        public void batchDone(long elapsedNs) {
            done.add(elapsedNs);
        }

        @Override
        public void settled(long timestampMs) {
            settled.add(timestampMs);
        }

        @Override
        public void batchSent(int records) {
            sizes.add(records);
        }

        @Override
        public void progress(PartitionEpoch partition, long offset, long records, long bytes) {
            super.progress(partition, offset, records, bytes);
            settledBytes = bytes;
        }
    };
    private final PartitionEpoch p0 = world.assign("t", 0);

    private FakeStream sent(int records) {
        FakeStream stream = world.stream(100);
        for (int i = 0; i < records; i++) {
            world.receive(p0, i, "k" + i);
        }
        world.cycle();
        return stream;
    }

    private Map<Redelivery, Long> redelivered() {
        Map<Redelivery, Long> counts = new EnumMap<>(Redelivery.class);
        for (Redelivery cause : Redelivery.values()) {
            long n = world.delivery.stats().redelivered(cause).get();
            if (n != 0) {
                counts.put(cause, n);
            }
        }
        return counts;
    }

    private long sinceProgressMs() {
        return world.delivery.view(world.nowNs).sinceProgressNs() / MS;
    }

    @Test
    void whatIsGivenBackIsCountedByItsCause() {
        FakeStream stream = sent(4);
        stream.answer(
                stream.last(),
                verdict(0, 1, Outcome.RELEASE),
                retry(1, 60_000, Scope.RECORD),
                retry(2, 0, Scope.PARTITION),
                verdict(3, 1, Outcome.REJECT));
        assertThat(redelivered()).isEqualTo(Map.of(Redelivery.RELEASED, 1L, Redelivery.RETRY, 2L));
        world.pass(20);
        stream.die();
        assertThat(redelivered())
                .isEqualTo(Map.of(Redelivery.RELEASED, 1L, Redelivery.RETRY, 2L, Redelivery.STREAM_LOST, 2L));
        FakeStream next = world.stream(100);
        world.cycle();
        assertThat(next.last().size()).isEqualTo(2);
        world.pass(30_000);
        assertThat(redelivered()).containsEntry(Redelivery.LEASE_EXPIRED, 2L);
        assertThat(world.delivery.stats().leasesExpired.get()).isEqualTo(1);
    }

    @Test
    void whatIsDeadLetteredIsNotCountedAsGivenBack() {
        FakeStream stream = sent(1);
        for (int i = 0; i < 2; i++) {
            stream.answer(stream.last(), retry(0, 0, Scope.RECORD));
        }
        assertThat(redelivered()).isEqualTo(Map.of(Redelivery.RETRY, 2L));
        stream.answer(stream.last(), retry(0, 0, Scope.RECORD));
        assertThat(redelivered()).as("the last attempt").isEqualTo(Map.of(Redelivery.RETRY, 2L));
    }

    @Test
    void aBatchIsDoneWhenItsLastRecordHasItsOutcome() {
        FakeStream stream = sent(2);
        world.pass(30);
        stream.answer(stream.last(), VerdictRange.ack(0, 1));
        assertThat(done).isEmpty();
        world.pass(12);
        stream.answer(stream.last(), VerdictRange.ack(1, 1));
        assertThat(done).containsExactly(42 * MS);
        assertThat(settled).as("once for each range").containsExactly(1L, 1L);
    }

    @Test
    void theTimeWithoutProgressBeginsWithTheFirstRecordAndAnewWithEachVerdict() {
        world.pass(60_000);
        FakeStream stream = sent(2);
        assertThat(sinceProgressMs()).as("nothing was there to be done before").isZero();
        world.pass(50);
        world.receive(p0, 9, "z");
        assertThat(sinceProgressMs()).isEqualTo(50);
        stream.answer(stream.last().id() - 1);
        assertThat(sinceProgressMs()).as("an answer to nothing").isEqualTo(50);
        stream = world.stream(100);
        world.cycle();
        stream.answer(stream.last(), retry(0, 0, Scope.PIPELINE));
        assertThat(sinceProgressMs()).isZero();
        world.pass(70);
        assertThat(sinceProgressMs()).isEqualTo(70);
    }

    @Test
    void aLetterThatIsWrittenIsProgress() {
        FakeStream stream = sent(1);
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT));
        world.pass(80);
        assertThat(sinceProgressMs()).isEqualTo(80);
        world.delivery.published(world.letters.get(0), world.nowNs);
        assertThat(sinceProgressMs()).isZero();
    }

    @Test
    void aCycleSaysHowMuchItHasDone() {
        FakeStream stream = world.stream(100);
        for (int i = 0; i < 3; i++) {
            world.receive(p0, i, "k" + i);
        }
        assertThat(world.delivery.tick(world.nowNs)).isZero();
        assertThat(world.delivery.dispatch(world.nowNs)).isEqualTo(3);
        assertThat(world.delivery.dispatch(world.nowNs)).isZero();
        world.publisherFull = true;
        stream.answer(
                stream.last(), retry(0, 50, Scope.RECORD), retry(1, 50, Scope.RECORD), verdict(2, 1, Outcome.REJECT));
        world.publisherFull = false;
        world.nowNs += 50 * MS;
        assertThat(world.delivery.tick(world.nowNs))
                .as("two deadlines and a letter")
                .isEqualTo(3);
        world.delivery.lost(List.of(p0), world.nowNs);
        PartitionEpoch p1 = world.assign("t", 1);
        world.receive(p1, 0, "a");
        world.delivery.dispatch(world.nowNs);
        world.delivery.revoke(List.of(p1), world.nowNs + 10 * MS, world.nowNs);
        world.nowNs += 10 * MS;
        assertThat(world.delivery.tick(world.nowNs)).as("a partition closed").isEqualTo(1);
    }

    @Test
    void aBrokenContractIsCountedAndItsRecordsGoElsewhere() {
        FakeStream stream = sent(1);
        world.delivery.violation(stream, Violation.FRAME, "what it was", world.nowNs);
        assertThat(world.delivery.stats().violations(Violation.FRAME).get()).isEqualTo(1);
        assertThat(stream.closed).isEqualTo("PROTOCOL_ERROR what it was");
        FakeStream next = world.stream(100);
        world.cycle();
        assertThat(next.last().offsets()).containsExactly(0L);
    }

    @Test
    void nothingIsLeftOfALetterWhosePartitionIsGone() {
        for (boolean lost : new boolean[] {true, false}) {
            PartitionEpoch p = world.assign("t", 7);
            FakeStream stream = world.stream(100);
            world.receive(p, 0, "a");
            world.cycle();
            stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT));
            DeadLetter letter = world.letters.get(world.letters.size() - 1);
            world.delivery.publishFailed(letter, "no broker", world.nowNs);
            assertThat(world.delivery.view(world.nowNs).heldLetters()).isEqualTo(1);
            if (lost) {
                world.delivery.lost(List.of(p), world.nowNs);
            } else {
                world.delivery.revoke(List.of(p), world.nowNs, world.nowNs);
            }
            assertThat(world.delivery.view(world.nowNs).heldLetters()).isZero();
            assertThat(world.delivery.view(world.nowNs).liveBytes()).isZero();
            assertThat(new Invariants(world.delivery).timers()).isZero();
            stream.die();
        }
    }

    @Test
    void whatDoesNotFitIntoACommitIsCounted() {
        World w = new World(Settings.of(Ordering.NONE).batch(1_000, 1 << 20).build());
        PartitionEpoch p = w.assign("t", 0);
        FakeStream stream = w.stream(1_000);
        VerdictRange[] all = new VerdictRange[600];
        for (int i = 0; i < all.length; i++) {
            w.receive(p, i * 1_000L, null);
            all[i] = retry(i, 60_000 + i * 1_000, Scope.RECORD);
        }
        w.cycle();
        stream.answer(stream.last(), all);
        w.pass(100);
        assertThat(w.delivery.stats().completionsCut.get()).isEqualTo(1);
    }

    @Test
    void whatIsSentAndSettledIsCountedInRecordsBatchesAndBytes() {
        FakeStream stream = sent(12);
        assertThat(sizes).containsExactly(10, 2);
        assertThat(world.delivery.stats().sentBatches.get()).isEqualTo(2);
        assertThat(world.delivery.stats().sentRecords.get()).isEqualTo(12);
        stream.ack(stream.batches.get(1));
        assertThat(settledBytes).isEqualTo(world.delivery.partitions().ledger(p0).settledBytes);
        assertThat(settledBytes).isEqualTo(2 * 13);
        world.receive(p0, 20, "a");
        assertThat(world.delivery.dispatch(world.nowNs))
                .as("records that a dispatch sends")
                .isEqualTo(1);
        assertThat(world.delivery.dispatch(world.nowNs)).isZero();
    }

    @Test
    void recordsThatAnEarlierOwnerHadSettledCountAsSettled() {
        world.delivery.restored(p0, new Completions(new long[] {3}, new long[] {9}, new Completions.Note[0], 9));
        world.receive(p0, 4, "a");
        world.receive(p0, 5, "b");
        world.cycle();
        assertThat(settledBytes).isEqualTo(2 * 11);
        assertThat(world.delivery.stats().skipped.get()).isEqualTo(2);
    }
}
