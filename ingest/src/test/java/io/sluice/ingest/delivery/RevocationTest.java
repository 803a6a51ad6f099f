package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a partition is given up, and comes back. */
class RevocationTest extends OnePartition {
    @Test
    void aRevokedPartitionWaitsForWhatIsOpenAndAnswersItsFinalPosition() {
        // As in confluentinc/parallel-consumer#777 and astubbs/parallel-consumer#436.
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.receive(p0, 1, "b");
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        world.cycle();
        assertThat(world.revoked).isEmpty();
        stream.ack(stream.last());
        assertThat(world.revoked).containsEntry(p0, 1L);
        assertThat(stream.batches)
                .as("nothing new of a closing partition is sent")
                .hasSize(1);
    }

    @Test
    void holesBelowWhatWasSentAreFilledBeforeARevokedPartitionCloses() {
        // As in PostHog/posthog#80897.
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.receive(p0, 1, "a");
        world.receive(p0, 2, "b");
        world.cycle();
        World.Sent b = stream.last();
        world.receive(p0, 3, "a");
        world.receive(p0, 4, "c", 10);
        stream.ready = false;
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        stream.ready = true;
        stream.ack(b);
        stream.ack(stream.batches.get(0));
        assertThat(stream.last().offsets()).as("fills the hole, no more").containsExactly(1L);
        assertThat(world.revoked).isEmpty();
        stream.ack(stream.last());
        assertThat(world.revoked).containsEntry(p0, 3L);
        assertThat(stream.revokes).isEmpty();
    }

    @Test
    void aRevokedPartitionDoesNotWaitForWhatCannotComeInTime() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        stream.answer(stream.last(), retry(0, 60_000, Scope.RECORD));
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        assertThat(world.revoked).as("its retry is due too late").containsEntry(p0, 0L);
        PartitionEpoch p1 = world.assign("t", 1);
        world.receive(p1, 0, "b");
        world.cycle();
        stream.die();
        world.delivery.revoke(List.of(p1), world.nowNs + 1_000 * World.MS, world.nowNs);
        assertThat(world.revoked).as("nobody to send to").containsEntry(p1, 0L);
    }

    @Test
    void atHalfTimeARevokedPartitionIsAskedBackAndNothingMoreOfItIsSent() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        world.pass(499);
        assertThat(stream.revokes).isEmpty();
        world.pass(1);
        assertThat(stream.revokes).containsExactly("REBALANCE [] [t-0]");
        stream.answer(stream.last(), verdict(0, 1, Outcome.RELEASE));
        assertThat(world.revoked).containsEntry(p0, 0L);
        assertThat(stream.batches).hasSize(1);
    }

    @Test
    void aRevokedPartitionClosesAtItsDeadlineAndLateResultsAreStale() {
        // As in redpanda-data/connect#4477.
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        world.pass(1_000);
        assertThat(world.revoked).containsEntry(p0, 0L);
        stream.ack(stream.last());
        assertThat(world.committable).doesNotContainEntry(p0, 1L);
        assertThat(world.delivery.partitions().liveRecords()).isZero();
    }

    @Test
    void aPartitionThatComesBackIsAnotherOne() {
        // As in confluentinc/parallel-consumer#909 and astubbs/parallel-consumer#517.
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        World.Sent old = stream.last();
        world.delivery.lost(List.of(p0), world.nowNs);
        PartitionEpoch again = world.assign("t", 0);
        world.receive(again, 0, "a");
        world.cycle();
        stream.ack(old);
        assertThat(world.committable).doesNotContainEntry(again, 1L);
        stream.ack(stream.last());
        assertThat(world.committable).containsEntry(again, 1L);
    }

    @Test
    void theHighestRecordThatWasSentIsSentAgainIfItsStreamEnds() {
        FakeStream first = world.stream(1);
        receive(2);
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        FakeStream second = world.stream(10);
        first.die();
        assertThat(world.revoked).isEmpty();
        assertThat(second.last().offsets()).containsExactly(0L);
        second.ack(second.last());
        assertThat(world.revoked).containsEntry(p0, 1L);
    }
}
