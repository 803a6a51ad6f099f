package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.MS;
import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records that wait for no other share one queue of their partition until they are sent. */
class LooseRecordsTest extends OnePartition {
    private final PartitionEpoch p1 = world.assign("t", 1);

    LooseRecordsTest() {
        super(World.settings(Ordering.NONE));
    }

    private KeyQueue shared() {
        return ledger().loose;
    }

    private void receive(PartitionEpoch partition, long first, long last) {
        for (long offset = first; offset <= last; offset++) {
            world.receive(partition, offset, "same");
        }
    }

    @Test
    void theyAreInOneQueueForEachPartitionAndInNoTable() {
        receive(p0, 0, 4);
        receive(p1, 0, 2);
        world.cycle();
        assertThat(queues().ready.size()).isEqualTo(2);
        assertThat(world.delivery.readyRecords()).isEqualTo(8);
        assertThat(queues().keys()).isZero();
        assertThat(ledger().queues()).containsExactly(shared());
        assertThat(shared().size).isEqualTo(5);
        assertThat(shared().bytes).isEqualTo(5 * 14);
    }

    @Test
    void withKeyOrderOnlyRecordsWithoutAKeyShareIt() {
        World w = new World(World.SETTINGS);
        PartitionEpoch p = w.assign("t", 0);
        w.receive(p, 0, null);
        w.receive(p, 1, "a");
        w.receive(p, 2, null);
        w.cycle();
        assertThat(w.delivery.queues().ready.size()).isEqualTo(2);
        assertThat(w.delivery.queues().keys()).isEqualTo(1);
        FakeStream stream = w.stream(10);
        w.cycle();
        assertThat(stream.last().offsets()).containsExactly(0L, 2L, 1L);
        assertThat(stream.last().groups()).containsExactly(0, 1, 2);
    }

    @Test
    void aBatchTakesThemAsGroupsOfTheirOwnAndWhatIsLeftGoesBehindOtherPartitions() {
        receive(p0, 0, 14);
        receive(p1, 0, 2);
        FakeStream stream = world.stream(100);
        world.cycle();
        assertThat(stream.batches).hasSize(2);
        assertThat(stream.batches.get(0).offsets()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(stream.batches.get(0).groups()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(stream.last().offsets()).containsExactly(0L, 1L, 2L, 10L, 11L, 12L, 13L, 14L);
        assertThat(stream.last().partitions().subList(0, 3)).containsOnly(p1);
    }

    @Test
    void creditAndBytesCutTheSharedQueueAndTheRestStaysInOrder() {
        receive(p0, 0, 5);
        FakeStream stream = world.stream(2);
        world.cycle();
        assertThat(stream.last().offsets()).containsExactly(0L, 1L);
        assertThat(world.delivery.readyRecords()).isEqualTo(4);
        world.delivery.credit(stream, 100, 3 * 14);
        stream.ack(stream.last());
        assertThat(stream.last().offsets()).containsExactly(2L, 3L, 4L);
        assertThat(shared().head.offset).isEqualTo(5);
        assertThat(shared().bytes).isEqualTo(14);
    }

    @Test
    void aQueueThatRanDryIsKeptAndFilledAgain() {
        FakeStream stream = world.stream(100);
        receive(p0, 0, 2);
        world.cycle();
        KeyQueue queue = shared();
        assertThat(queue.state).isEqualTo(KeyQueue.State.IDLE);
        assertThat(queue.size).isZero();
        assertThat(ledger().queues()).as("what is in a batch is in no queue").isEmpty();
        receive(p0, 3, 3);
        assertThat(shared()).isSameAs(queue);
        assertThat(queue.state).isEqualTo(KeyQueue.State.READY);
        world.cycle();
        assertThat(stream.last().offsets()).containsExactly(3L);
    }

    @Test
    void acknowledgementsInAnyOrderMoveThePosition() {
        FakeStream stream = world.stream(100);
        receive(p0, 0, 3);
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(2, 2));
        assertThat(world.committable).containsEntry(p0, 0L);
        stream.answer(stream.last(), VerdictRange.ack(0, 1));
        assertThat(world.committable).containsEntry(p0, 1L);
        stream.answer(stream.last(), VerdictRange.ack(1, 1));
        assertThat(world.committable).containsEntry(p0, 4L);
        assertThat(queues().deadlines.size()).isZero();
    }

    @Test
    void aHeldPartitionWaitsAsAWholeAndOthersGoOn() {
        FakeStream stream = world.stream(100);
        receive(p0, 0, 0);
        world.cycle();
        receive(p0, 1, 3);
        receive(p1, 0, 1);
        stream.answer(stream.last(), retry(0, 300, Scope.PARTITION));
        assertThat(stream.last().partitions()).containsOnly(p1).hasSize(2);
        assertThat(shared().state).isEqualTo(KeyQueue.State.WAITING);
        assertThat(world.delivery.readyRecords()).isZero();
        receive(p0, 4, 4);
        world.pass(299);
        assertThat(stream.batches).hasSize(2);
        assertThat(world.delivery.idleNs(world.nowNs, 1_000 * MS)).isEqualTo(MS);
        world.pass(1);
        assertThat(stream.last().offsets())
                .as("in the order in which they began to wait")
                .containsExactly(1L, 2L, 3L, 4L, 0L);
        assertThat(stream.last().attempts()).containsOnly(1);
        receive(p0, 5, 5);
        assertThat(shared().state).as("the hold is over for good").isEqualTo(KeyQueue.State.READY);
    }

    @Test
    void aHoldOfThePipelineStopsThemAll() {
        FakeStream stream = world.stream(100);
        receive(p0, 0, 0);
        world.cycle();
        receive(p0, 1, 2);
        stream.answer(stream.last(), retry(0, 300, Scope.PIPELINE));
        assertThat(stream.batches).hasSize(1);
        assertThat(world.delivery.readyRecords()).isEqualTo(3);
        world.pass(300);
        assertThat(stream.last().offsets()).containsExactlyInAnyOrder(0L, 1L, 2L);
    }

    @Test
    void aPartFilledBatchLingersFromTheArrivalOfItsOldestRecord() {
        World w = new World(
                Settings.of(Ordering.NONE).batch(2, 10_000).linger(10 * MS).build());
        PartitionEpoch p = w.assign("t", 0);
        FakeStream stream = w.stream(100);
        w.receive(p, 0, "a");
        w.cycle();
        assertThat(stream.batches).as("an idle stream is not kept waiting").hasSize(1);
        stream.ready = false;
        for (int offset = 1; offset <= 3; offset++) {
            w.receive(p, offset, "a");
        }
        w.pass(8);
        stream.ready = true;
        w.cycle();
        assertThat(stream.last().offsets()).containsExactly(1L, 2L);
        assertThat(w.delivery.idleNs(w.nowNs, 1_000 * MS)).as("3 came 8 ms ago").isEqualTo(2 * MS);
        w.pass(1);
        assertThat(stream.batches).hasSize(2);
        w.pass(1);
        assertThat(stream.last().offsets()).containsExactly(3L);
    }

    @Test
    void aRecordThatOnlyALargerStreamTakesLeavesTheQueueAloneAndOthersPass() {
        FakeStream large = world.stream(1);
        receive(p0, 0, 0);
        world.cycle();
        FakeStream small = world.stream(100, 4_096);
        world.receive(p0, 1, "big", 9_000);
        receive(p0, 2, 3);
        world.cycle();
        assertThat(small.last().offsets()).containsExactly(2L, 3L);
        KeyQueue own = large.batches.isEmpty() ? null : ledger().oldest().newer.queue;
        assertThat(own.loose).isFalse();
        assertThat(own.state).isEqualTo(KeyQueue.State.WAITING);
        assertThat(ledger().queues()).containsExactly(own);
        large.ack(large.last());
        world.pass(20);
        assertThat(large.last().offsets()).containsExactly(1L);
    }

    @Test
    void aRecordThatNoStreamTakesIsDeadLetteredAndTheRestIsSent() {
        FakeStream stream = world.stream(100, 4_096);
        receive(p0, 0, 1);
        world.receive(p0, 2, "big", 9_000);
        receive(p0, 3, 4);
        world.cycle();
        assertThat(stream.batches.get(0).offsets()).containsExactly(0L, 1L);
        assertThat(stream.last().offsets()).containsExactly(3L, 4L);
        world.cycle();
        assertThat(world.letters).singleElement().satisfies(l -> {
            assertThat(l.cause()).isEqualTo(Cause.TOO_LARGE);
            assertThat(l.entry().offset()).isEqualTo(2);
        });
        stream.batches.forEach(stream::ack);
        assertThat(world.committable).containsEntry(p0, 2L);
        world.delivery.published(world.letters.get(0), world.nowNs);
        world.cycle();
        assertThat(world.committable).containsEntry(p0, 5L);
    }

    @Test
    void aRevokedPartitionSendsNothingMoreOfThem() {
        FakeStream stream = world.stream(2);
        receive(p0, 0, 5);
        receive(p1, 0, 0);
        world.cycle();
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * MS, world.nowNs);
        assertThat(world.delivery.readyRecords())
                .as("only what the other partition has")
                .isEqualTo(1);
        world.cycle();
        stream.ack(stream.last());
        assertThat(world.revoked).containsEntry(p0, 2L);
        assertThat(stream.last().partitions()).containsOnly(p1);
        assertThat(world.delivery.partitions().liveRecords()).isEqualTo(1);
    }

    @Test
    void whatIsTakenBackOfARevokedPartitionFillsItsHole() {
        FakeStream first = world.stream(2);
        receive(p0, 0, 3);
        world.cycle();
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * MS, world.nowNs);
        FakeStream second = world.stream(100);
        first.answer(first.last(), VerdictRange.ack(1, 1));
        first.die();
        assertThat(second.last().offsets()).containsExactly(0L);
        second.ack(second.last());
        assertThat(world.revoked).containsEntry(p0, 2L);
    }

    @Test
    void aLargeHeadThatWasOvertakenFillsItsHoleToo() {
        world.receive(p0, 0, "big", 9_000);
        receive(p0, 1, 2);
        FakeStream busy = world.stream(1);
        world.delivery.credit(busy, 0, 0);
        FakeStream small = world.stream(2, 4_096);
        world.cycle();
        assertThat(small.last().offsets()).containsExactly(1L, 2L);
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * MS, world.nowNs);
        small.ack(small.last());
        world.delivery.credit(busy, 1, 0);
        world.pass(20);
        assertThat(busy.last().offsets()).containsExactly(0L);
        busy.ack(busy.last());
        assertThat(world.revoked).containsEntry(p0, 3L);
    }

    @Test
    void aPartitionThatIsLostTakesThemAllAlongAndLateVerdictsChangeNothing() {
        FakeStream stream = world.stream(2);
        receive(p0, 0, 5);
        world.cycle();
        World.Sent late = stream.last();
        world.delivery.lost(List.of(p0), world.nowNs);
        world.cycle();
        assertThat(world.delivery.readyRecords()).isZero();
        assertThat(queues().ready.isEmpty()).isTrue();
        assertThat(world.delivery.partitions().liveRecords()).isZero();
        assertThat(queues().deadlines.size()).isZero();
        stream.answer(late, verdict(0, 2, Outcome.REJECT));
        assertThat(world.letters).isEmpty();
        PartitionEpoch again = world.assign("t", 0);
        receive(again, 0, 0);
        world.cycle();
        assertThat(stream.last().partitions()).containsExactly(again);
    }

    @Test
    void theViewSaysWhereTheOldestOfThemIs() {
        receive(p0, 0, 2);
        assertThat(head().where()).isEqualTo(Head.Where.READY);
        FakeStream stream = world.stream(3);
        world.cycle();
        assertThat(head().where()).isEqualTo(Head.Where.IN_BATCH);
        stream.answer(stream.last(), retry(0, 300, Scope.RECORD));
        assertThat(head().where()).isEqualTo(Head.Where.WAITING);
        assertThat(head().dueNs()).isEqualTo(300 * MS);
        world.delivery.credit(stream, 0, 0);
        world.pass(300);
        assertThat(head().where()).isEqualTo(Head.Where.READY);
        assertThat(world.delivery.view(world.nowNs).readyRecords()).isEqualTo(1);
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * MS, world.nowNs);
        world.pass(500);
        assertThat(head().where()).isEqualTo(Head.Where.CLOSING);
    }

    private Head head() {
        return world.delivery.view(world.nowNs).partitions().get(0).head();
    }
}
