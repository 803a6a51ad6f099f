package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import org.junit.jupiter.api.Test;

/** How records are put into batches and sent, and what moves the position. */
class DeliveryTest extends OnePartition {
    @Test
    void nothingIsSentWithoutAStream() {
        world.receive(p0, 0, "a");
        world.cycle();
        assertThat(world.delivery.view(world.nowNs).blocker()).isEqualTo(DeliveryView.Blocker.NO_STREAM);
    }

    @Test
    void aBatchHoldsTheWholeRunOfAKeyAsOneGroup() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "b");
        world.receive(p0, 2, "a");
        world.cycle();
        assertThat(stream.last().offsets()).containsExactly(0L, 2L, 1L);
        assertThat(stream.last().groups()).containsExactly(0, 0, 1);
    }

    @Test
    void aKeyHasOneOpenBatchAtATime() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.receive(p0, 1, "a");
        world.cycle();
        assertThat(stream.batches).hasSize(1);
        stream.ack(stream.last());
        assertThat(stream.last().offsets()).containsExactly(1L);
    }

    @Test
    void theSameKeyInTwoPartitionsIsTwoGroups() {
        // As in confluentinc/parallel-consumer#184.
        PartitionEpoch p1 = world.assign("t", 1);
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.receive(p1, 0, "a");
        world.cycle();
        assertThat(stream.last().groups()).containsExactly(0, 1);
    }

    @Test
    void recordsWithoutAKeyAreEachOnTheirOwn() {
        // As in confluentinc/parallel-consumer#318.
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, null);
        world.receive(p0, 1, null);
        world.cycle();
        assertThat(stream.last().groups()).containsExactly(0, 1);
    }

    @Test
    void theCommittablePositionStopsBelowTheOldestUnsettledRecord() {
        // As in confluentinc/parallel-consumer#826, spring-projects/spring-kafka#4334 and faust-streaming/faust#707.
        FakeStream stream = world.stream(100);
        for (int i = 0; i < 4; i++) {
            world.receive(p0, i * 10L, "k" + i);
        }
        world.delivery.position(p0, 100);
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(2, 2));
        assertThat(world.committable).containsEntry(p0, 0L);
        stream.answer(stream.last(), VerdictRange.ack(0, 1));
        assertThat(world.committable).containsEntry(p0, 10L);
        stream.answer(stream.last(), VerdictRange.ack(1, 1));
        assertThat(world.committable).containsEntry(p0, 100L);
    }

    @Test
    void aRecordThatOneProcessorCannotTakeGoesToOneThatCan() {
        FakeStream small = world.stream(100, 5_000);
        FakeStream large = world.stream(100, 50_000);
        world.receive(p0, 0, "a", 6_000);
        world.cycle();
        assertThat(small.batches).isEmpty();
        assertThat(large.last().offsets()).containsExactly(0L);
    }

    @Test
    void creditIsALevelAndZeroStopsNewBatches() {
        FakeStream stream = world.stream(2);
        for (int i = 0; i < 5; i++) {
            world.receive(p0, i, "k" + i);
        }
        world.cycle();
        assertThat(stream.last().size()).isEqualTo(2);
        world.delivery.credit(stream, 0, 0);
        stream.ack(stream.last());
        assertThat(stream.batches).hasSize(1);
        world.delivery.credit(stream, 3, 0);
        world.cycle();
        assertThat(stream.last().size()).isEqualTo(3);
    }

    @Test
    void nothingIsSentOnATransportThatIsNotReady() {
        FakeStream stream = world.stream(100);
        stream.ready = false;
        world.receive(p0, 0, "a");
        world.cycle();
        assertThat(stream.batches).isEmpty();
        assertThat(world.delivery.view(world.nowNs).blocker()).isEqualTo(DeliveryView.Blocker.STREAMS_BLOCKED);
    }

    @Test
    void batchesSpreadOverStreamsByWhatIsOutstanding() {
        FakeStream a = world.stream(100);
        FakeStream b = world.stream(100);
        for (int i = 0; i < 40; i++) {
            world.receive(p0, i, "k" + i);
        }
        world.cycle();
        assertThat(a.batches).hasSize(2);
        assertThat(b.batches).hasSize(2);
    }

    @Test
    void partitionOrderIsOneGroupForEachPartition() {
        World w = new World(World.settings(Ordering.PARTITION));
        PartitionEpoch p = w.assign("t", 0);
        PartitionEpoch q = w.assign("t", 1);
        FakeStream stream = w.stream(100);
        w.receive(p, 0, "a");
        w.receive(p, 1, null);
        w.receive(q, 0, "a");
        w.cycle();
        assertThat(stream.last().groups()).containsExactly(0, 0, 1);
    }

    @Test
    void partitionsThatWereEmptyDoNotShareAQueueAfterwards() {
        World w = new World(World.settings(Ordering.PARTITION));
        PartitionEpoch p = w.assign("t", 0);
        PartitionEpoch q = w.assign("t", 1);
        FakeStream stream = w.stream(100);
        w.receive(p, 0, "a");
        w.cycle();
        stream.ack(stream.last());
        w.receive(q, 0, "a");
        w.receive(p, 1, "a");
        w.cycle();
        assertThat(stream.last().groups()).containsExactly(0, 1);
    }
}
