package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.MS;
import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A record of a shared queue that is not acknowledged gets a queue of its own, and the others do not wait for it. */
class LooseFailuresTest extends OnePartition {
    LooseFailuresTest() {
        super(World.settings(Ordering.NONE));
    }

    private static World of(Settings settings) {
        return new World(settings.build());
    }

    private static void receive(World w, PartitionEpoch partition, long first, long last) {
        for (long offset = first; offset <= last; offset++) {
            w.receive(partition, offset, null);
        }
    }

    private List<Integer> deaths() {
        List<Integer> deaths = new ArrayList<>();
        for (Entry e = ledger().oldest(); e != null; e = e.newer) {
            deaths.add(e.deaths);
        }
        return deaths;
    }

    @Test
    void aRetriedOneWaitsAlone() {
        FakeStream stream = world.stream(100);
        receive(world, p0, 0, 2);
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(0, 1), verdict(1, 1, Outcome.RETRY), VerdictRange.ack(2, 1));
        KeyQueue own = ledger().oldest().queue;
        assertThat(own.loose).isFalse();
        assertThat(own.state).isEqualTo(KeyQueue.State.WAITING);
        receive(world, p0, 3, 4);
        world.cycle();
        assertThat(stream.last().offsets()).containsExactly(3L, 4L);
        stream.ack(stream.last());
        world.pass(99);
        assertThat(stream.batches).hasSize(2);
        world.pass(1);
        assertThat(stream.last().offsets()).containsExactly(1L);
        assertThat(stream.last().attempts()).containsExactly(2);
        stream.ack(stream.last());
        assertThat(world.committable).containsEntry(p0, 5L);
        assertThat(own.ledger).as("the queue is free").isNull();
    }

    @Test
    void eachOfABatchThatIsRetriedIsDueAtItsOwnTime() {
        FakeStream stream = world.stream(100);
        receive(world, p0, 0, 2);
        world.cycle();
        stream.answer(
                stream.last(), retry(0, 300, Scope.RECORD), retry(1, 100, Scope.RECORD), retry(2, 200, Scope.RECORD));
        for (long offset : new long[] {1, 2, 0}) {
            world.pass(100);
            assertThat(stream.last().offsets()).containsExactly(offset);
        }
    }

    @Test
    void theLastAttemptIsDeadLettered() {
        FakeStream stream = world.stream(100);
        receive(world, p0, 0, 1);
        world.cycle();
        stream.answer(stream.last(), retry(0, 0, Scope.RECORD), VerdictRange.ack(1, 1));
        stream.answer(stream.last(), retry(0, 0, Scope.RECORD));
        stream.answer(stream.last(), retry(0, 0, Scope.RECORD));
        assertThat(world.letters).singleElement().satisfies(l -> {
            assertThat(l.cause()).isEqualTo(Cause.ATTEMPTS);
            assertThat(l.entry().attempts()).isEqualTo(3);
        });
        world.delivery.published(world.letters.get(0), world.nowNs);
        world.cycle();
        assertThat(world.committable).containsEntry(p0, 2L);
    }

    @Test
    void aReleasedOneWaitsAMomentAndLongerEachTimeAndIsChargedNothing() {
        FakeStream stream = world.stream(100);
        receive(world, p0, 0, 1);
        world.cycle();
        stream.answer(stream.last(), verdict(0, 1, Outcome.RELEASE), VerdictRange.ack(1, 1));
        for (int ms : new int[] {10, 20, 40}) {
            int before = stream.batches.size();
            world.pass(ms - 1);
            assertThat(stream.batches).hasSize(before);
            world.pass(1);
            assertThat(stream.last().attempts()).containsExactly(1);
            stream.answer(stream.last(), verdict(0, 1, Outcome.RELEASE));
        }
    }

    @Test
    void aRejectedOneHoldsThePositionUntilItsLetterIsWrittenAndNothingElse() {
        FakeStream stream = world.stream(100);
        receive(world, p0, 0, 2);
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(0, 1), verdict(1, 1, Outcome.REJECT), VerdictRange.ack(2, 1));
        for (int failures = 1; failures <= 2; failures++) {
            world.delivery.publishFailed(world.letters.get(failures - 1), "no", world.nowNs);
            receive(world, p0, 2 + failures, 2 + failures);
            world.pass(failures * 100);
            assertThat(stream.last().offsets()).as("others go on").containsExactly(2L + failures);
            stream.ack(stream.last());
            assertThat(world.letters).hasSize(failures + 1);
        }
        assertThat(world.delivery.desk().held()).isEqualTo(1);
        assertThat(world.committable).containsEntry(p0, 1L);
        world.delivery.published(world.letters.get(2), world.nowNs);
        world.cycle();
        assertThat(world.committable).containsEntry(p0, 5L);
        assertThat(world.delivery.desk().held()).isZero();
    }

    @Test
    void anUnwrittenLetterLeavesWithItsPartition() {
        FakeStream stream = world.stream(100);
        receive(world, p0, 0, 1);
        world.cycle();
        stream.answer(stream.last(), verdict(0, 2, Outcome.REJECT));
        world.delivery.publishFailed(world.letters.get(0), "no", world.nowNs);
        receive(world, p0, 2, 2);
        world.delivery.lost(List.of(p0), world.nowNs);
        world.delivery.published(world.letters.get(1), world.nowNs);
        world.pass(1_000);
        assertThat(world.letters).hasSize(2);
        assertThat(queues().deadlines.size()).isZero();
    }

    @Test
    void aLostStreamBlamesEachOfThemAndThoseThatWereNotSentAreNot() {
        FakeStream stream = world.stream(3);
        receive(world, p0, 0, 4);
        world.cycle();
        stream.die();
        assertThat(deaths()).containsExactly(1, 1, 1, 0, 0);
        assertThat(queues().ready.size())
                .as("three alone, and the shared queue")
                .isEqualTo(4);
        FakeStream next = world.stream(100);
        world.cycle();
        assertThat(next.last().offsets()).containsExactly(3L, 4L, 0L, 1L, 2L);
        next.ack(next.last());
        assertThat(world.committable).containsEntry(p0, 5L);
    }

    @Test
    void thoseThatSawTwoStreamsDieAreSuspectsAndTheGuiltyOneIsFound() {
        receive(world, p0, 0, 3);
        streamsDie(2);
        assertThat(queues().suspects.size()).isEqualTo(4);
        receive(world, p0, 4, 5);
        FakeStream one = world.stream(100);
        FakeStream other = world.stream(100);
        world.cycle();
        FakeStream reserved = one.last().size() == 1 ? one : other;
        FakeStream survivor = reserved == one ? other : one;
        assertThat(survivor.last().offsets()).containsExactly(4L, 5L);
        long guilty = reserved.last().offsets().get(0);
        reserved.die();
        assertThat(survivor.batches)
                .as("kept for suspects, once it holds nothing")
                .hasSize(1);
        survivor.ack(survivor.last());
        assertThat(survivor.last().offsets()).containsExactly(guilty);
        survivor.die();
        assertThat(world.letters).singleElement().satisfies(l -> {
            assertThat(l.cause()).isEqualTo(Cause.POISON);
            assertThat(l.entry().offset()).isEqualTo(guilty);
        });
    }

    @Test
    void aStreamThatClosedForItsOwnReasonsSendsThemBackToTheEndUncharged() {
        FakeStream stream = world.stream(2);
        receive(world, p0, 0, 2);
        world.cycle();
        world.delivery.streamDown(stream, false, world.nowNs);
        FakeStream next = world.stream(100);
        world.cycle();
        assertThat(next.last().offsets()).containsExactly(2L, 0L, 1L);
        assertThat(next.last().attempts()).containsOnly(1);
        assertThat(deaths()).containsOnly(0);
    }

    @Test
    void anExpiredLeaseChargesEachOfThemAnAttempt() {
        FakeStream stream = world.stream(100);
        receive(world, p0, 0, 2);
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(1, 1));
        world.pass(30_000);
        receive(world, p0, 3, 3);
        world.cycle();
        assertThat(stream.last().offsets()).as("others do not wait").containsExactly(3L);
        stream.ack(stream.last());
        world.pass(100);
        assertThat(stream.last().offsets()).containsExactly(0L, 2L);
        assertThat(stream.last().attempts()).containsOnly(2);
    }

    @Test
    void aFloodOfDeadLettersStopsTheSharedQueueAndAProbeTakesAFewOfIt() {
        World w = of(Settings.of(Ordering.NONE).batch(20, 10_000).flood(new FloodPolicy(true, 0.5, 10, 2, 1_000 * MS)));
        PartitionEpoch p = w.assign("t", 0);
        FakeStream stream = w.stream(100);
        receive(w, p, 0, 1);
        w.cycle();
        stream.answer(stream.last(), verdict(0, 2, Outcome.REJECT));
        receive(w, p, 2, 30);
        w.pass(999);
        assertThat(stream.batches).hasSize(1);
        assertThat(w.delivery.readyRecords()).isEqualTo(29);
        w.pass(1);
        assertThat(stream.last().offsets()).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
        assertThat(stream.batches).hasSize(2);
        stream.ack(stream.last());
        assertThat(stream.last().offsets()).as("the rest").hasSize(19);
    }

    @Test
    void aRetryGoesToARetryTopicAndComesBackOnItsOwn() {
        World w = of(Settings.of(Ordering.NONE).tiers(100 * MS));
        PartitionEpoch p = w.assign("t", 0);
        FakeStream stream = w.stream(100);
        receive(w, p, 0, 2);
        w.cycle();
        stream.answer(stream.last(), VerdictRange.ack(0, 1), verdict(1, 1, Outcome.RETRY), VerdictRange.ack(2, 1));
        assertThat(w.delayed).hasSize(1);
        receive(w, p, 3, 3);
        w.cycle();
        assertThat(stream.last().offsets()).containsExactly(3L);
        w.delivery.published(w.delayed.get(0), w.nowNs);
        w.cycle();
        assertThat(w.committable).containsEntry(p, 3L);
        PartitionEpoch own = w.assign("own", 0);
        Origin origin = new Origin("t", 0, 1, 1, 0, 1, 1, 0, w.nowNs, 0, 1, "", "", "");
        w.delivery.returned(own, 0, -1, null, null, Header.NONE, origin, w.nowNs);
        OffsetLedger retries = w.delivery.partitions().ledger(own);
        assertThat(retries.loose).isNull();
        assertThat(retries.oldest().queue.state).isEqualTo(KeyQueue.State.READY);
        w.cycle();
        assertThat(stream.last().attempts()).containsExactly(2);
    }

    @Test
    void anOldOneIsGivenUpWhereverItWaitsAndTheOthersAreNot() {
        World w = of(Settings.of(Ordering.NONE).age(1_000, 10_000 * MS));
        PartitionEpoch p = w.assign("t", 0);
        FakeStream stream = w.stream(100);
        receive(w, p, 0, 1);
        w.cycle();
        stream.answer(stream.last(), retry(0, 9_000, Scope.RECORD), VerdictRange.ack(1, 1));
        stream.ready = false;
        receive(w, p, 2, 3);
        w.pass(9_999);
        assertThat(w.letters).isEmpty();
        assertThat(w.delivery.readyRecords()).isEqualTo(3);
        w.pass(1);
        assertThat(w.letters).singleElement().satisfies(l -> {
            assertThat(l.cause()).isEqualTo(Cause.EXPIRED);
            assertThat(l.entry().offset()).isZero();
        });
        assertThat(w.delivery.readyRecords()).isEqualTo(2);
        w.pass(60_000);
        assertThat(w.letters).hasSize(1);
    }

    @Test
    void whatHadFailedWithAnEarlierOwnerIsOnItsOwnWhereThatMatters() {
        World w = of(Settings.of(Ordering.NONE).age(1_000, 10_000 * MS));
        PartitionEpoch p = w.assign("t", 0);
        Completions.Note[] notes = {new Completions.Note(1, 1, 0, 500), new Completions.Note(2, 0, 1, 0)};
        w.delivery.restored(p, new Completions(new long[0], new long[0], notes, 9));
        receive(w, p, 0, 3);
        w.cycle();
        OffsetLedger ledger = w.delivery.partitions().ledger(p);
        assertThat(ledger.loose.size).isEqualTo(2);
        assertThat(ledger.queues()).hasSize(3);
        assertThat(w.delivery.queues().suspects.first.head.offset).isEqualTo(2);
        w.pass(9_500);
        assertThat(w.letters)
                .singleElement()
                .satisfies(l -> assertThat(l.entry().offset()).isEqualTo(1));
    }
}
