package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What one owner of a partition leaves to the next. */
class CompletionsTest {
    @Test
    void whatLiesInNoRunIsNotDone() {
        Completions two = new Completions(new long[] {5, 20}, new long[] {7, 21}, new Completions.Note[0], -1);
        assertThat(LongStream.range(0, 30).filter(two::isDone)).containsExactly(5L, 6L, 20L);
    }

    private final World world = new World(World.settings(Ordering.NONE));
    private final PartitionEpoch p0 = world.assign("t", 0);

    /** The next owner, which begins where the first one's last commit says. */
    private static World next(String metadata, long committed) {
        World next = new World(World.settings(Ordering.NONE));
        PartitionEpoch partition = next.assign("t", 0);
        CompletionCodec.Decoded decoded = CompletionCodec.decode(metadata, "p", "t", 0, committed);
        assertThat(decoded.problem()).isEmpty();
        next.delivery.restored(partition, decoded.completions());
        return next;
    }

    private static PartitionEpoch only(World world) {
        return world.delivery.partitions().all().iterator().next().partition;
    }

    @Test
    void whatWasDoneOutOfOrderIsNotSentAgain() {
        FakeStream stream = world.stream(100);
        for (int i = 0; i < 6; i++) {
            world.receive(p0, i, null);
        }
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(1, 2), VerdictRange.ack(4, 1));
        world.pass(100);
        assertThat(world.committable).containsEntry(p0, 0L);

        World next = next(world.completions.get(p0), 0);
        FakeStream again = next.stream(100);
        for (int i = 0; i < 6; i++) {
            next.receive(only(next), i, null);
        }
        next.cycle();
        assertThat(again.last().offsets()).containsExactly(0L, 3L, 5L);
        assertThat(next.delivery.stats().skipped.get()).isEqualTo(3);
        again.ack(again.last());
        assertThat(next.committable).containsValue(6L);
    }

    @Test
    void skippedRecordsLeaveTheBudget() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, null);
        world.receive(p0, 1, null);
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(1, 1));
        world.pass(100);
        World next = next(world.completions.get(p0), 0);
        next.receive(only(next), 0, null);
        next.receive(only(next), 1, null);
        OffsetLedger ledger = next.delivery.partitions().all().iterator().next();
        assertThat(ledger.settledRecords).isEqualTo(1);
        assertThat(ledger.settledBytes).isEqualTo(10);
        assertThat(next.delivery.partitions().liveRecords()).isEqualTo(1);
    }

    @Test
    void attemptsCountOnAndTheLastOneIsTheLast() {
        // As in knative-extensions/eventing-kafka-broker#3746 and Farfetch/kafkaflow-retry-extensions#151.
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, null);
        world.cycle();
        stream.answer(stream.last(), World.retry(0, 0, Scope.RECORD));
        world.pass(100);
        stream.answer(stream.last(), World.retry(0, 60_000, Scope.RECORD));
        world.pass(100);
        World next = next(world.completions.get(p0), 0);
        FakeStream again = next.stream(100);
        next.receive(only(next), 0, null);
        next.cycle();
        assertThat(again.last().attempts()).containsExactly(3);
        again.answer(again.last(), World.retry(0, 0, Scope.RECORD));
        assertThat(next.letters).hasSize(1);
        assertThat(next.letters.get(0).entry().attempts()).isEqualTo(3);
    }

    @Test
    void aRecordWhoseDeadLetterWasNotDurableGetsItsLastAttemptAgain() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, null);
        world.cycle();
        for (int i = 0; i < 3; i++) {
            stream.answer(stream.last(), World.retry(0, 0, Scope.RECORD));
            world.pass(1);
        }
        assertThat(world.letters).hasSize(1);
        world.pass(100);
        World next = next(world.completions.get(p0), 0);
        FakeStream again = next.stream(100);
        next.receive(only(next), 0, null);
        next.cycle();
        again.answer(again.last(), World.retry(0, 0, Scope.RECORD));
        assertThat(next.letters).hasSize(1);
        assertThat(next.letters.get(0).entry().attempts()).isEqualTo(3);
    }

    @Test
    void aRecordThatEndedStreamsAloneIsASuspectForTheNextOwnerToo() {
        for (int i = 0; i < 3; i++) {
            FakeStream stream = world.stream(100);
            if (i == 0) {
                world.receive(p0, 0, null);
            }
            world.cycle();
            stream.die();
        }
        world.pass(100);
        World next = next(world.completions.get(p0), 0);
        FakeStream again = next.stream(100);
        next.receive(only(next), 0, null);
        next.receive(only(next), 1, null);
        next.cycle();
        assertThat(again.batches).hasSize(1);
        assertThat(again.last().offsets()).containsExactly(0L);
        again.die();
        assertThat(next.letters).extracting(DeadLetter::cause).containsExactly(Cause.POISON);
    }

    @Test
    void completionsAreToldOnceForManyChangesAndAgainWhenThereAreNone() {
        FakeStream stream = world.stream(100);
        for (int i = 0; i < 10; i++) {
            world.receive(p0, i, null);
        }
        world.cycle();
        World.Sent batch = stream.last();
        for (int i = 1; i < 10; i++) {
            stream.answer(batch, VerdictRange.ack(i, 1));
        }
        assertThat(world.completions).isEmpty();
        assertThat(world.delivery.idleNs(world.nowNs, Long.MAX_VALUE))
                .as("the lane wakes to tell them")
                .isEqualTo(Partitions.TELL_COMPLETIONS_NS);
        world.pass(100);
        assertThat(CompletionCodec.decode(world.completions.get(p0), "p", "t", 0, 0)
                        .completions()
                        .doneOffsets())
                .isEqualTo(9);
        stream.answer(batch, VerdictRange.ack(0, 1));
        world.pass(100);
        assertThat(world.completions).containsEntry(p0, "");
    }

    @Test
    void aPartitionThatIsGivenUpSaysWhatIsDoneAboveItsPosition() {
        FakeStream stream = world.stream(2);
        for (int i = 0; i < 4; i++) {
            world.receive(p0, i, null);
        }
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(1, 1));
        world.delivery.revoke(List.of(p0), world.nowNs, world.nowNs);
        assertThat(world.revoked).containsEntry(p0, 0L);
        assertThat(CompletionCodec.decode(world.completions.get(p0), "p", "t", 0, 0)
                        .completions()
                        .doneOffsets())
                .isEqualTo(1);
    }
}
