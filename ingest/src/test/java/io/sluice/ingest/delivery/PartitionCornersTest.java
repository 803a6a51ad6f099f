package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.retry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Partitions that are given up, unknown, or told something twice. */
class PartitionCornersTest extends OnePartition {
    @Test
    void aRevokedPartitionWaitsForARetryThatIsDueBeforeHalfTimeOnly() {
        for (int dueMs : new int[] {200, 900}) {
            World w = new World(World.SETTINGS);
            PartitionEpoch p = w.assign("t", 0);
            FakeStream stream = w.stream(10);
            w.receive(p, 0, "a");
            w.receive(p, 1, "b");
            w.cycle();
            stream.answer(stream.last(), retry(0, dueMs, Scope.RECORD), VerdictRange.ack(1, 1));
            w.delivery.revoke(List.of(p), w.nowNs + 1_000 * World.MS, w.nowNs);
            w.cycle();
            assertThat(w.revoked.containsKey(p)).as("due in " + dueMs).isEqualTo(dueMs == 900);
        }
    }

    @Test
    void whatIsOpenAtHalfTimeIsWaitedForUntilTheDeadlineAndNothingElse() {
        FakeStream stream = world.stream(1);
        receive(2);
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        world.pass(100);
        assertThat(world.delivery.idleNs(world.nowNs, Long.MAX_VALUE)).isEqualTo(400 * World.MS);
        world.pass(400);
        assertThat(stream.revokes).hasSize(1);
        assertThat(world.delivery.idleNs(world.nowNs, Long.MAX_VALUE)).isEqualTo(500 * World.MS);
        world.pass(400);
        stream.ack(stream.last());
        assertThat(world.revoked).containsEntry(p0, 1L);
        assertThat(stream.batches).hasSize(1);
    }

    @Test
    void whatIsSaidOfAnUnknownPartitionIsDropped() {
        PartitionEpoch unknown = new PartitionEpoch("t", 9, 99);
        world.delivery.restored(unknown, Completions.NONE);
        world.delivery.position(unknown, 5);
        world.delivery.restored(p0, Completions.NONE);
        world.delivery.revoke(List.of(unknown, p0), world.nowNs + 1, world.nowNs);
        world.delivery.position(p0, 5);
        world.delivery.revoke(List.of(p0), world.nowNs + 1, world.nowNs);
        world.cycle();
        assertThat(world.revoked).containsEntry(p0, -1L).hasSize(1);
    }

    @Test
    void aRecordSkippedTwiceInOneAssignmentIsABug() {
        Completions done = new Completions(new long[] {3}, new long[] {9}, new Completions.Note[0], 100);
        world.delivery.restored(p0, done);
        world.receive(p0, 5, "a");
        assertThatThrownBy(() -> world.receive(p0, 5, "a")).hasMessageContaining("t-0@5");
    }

    @Test
    void aClosingPartitionTakesNothingMore() {
        FakeStream stream = world.stream(10);
        receive(1);
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        world.receive(p0, 7, "x");
        world.delivery.position(p0, 9);
        world.delivery.revoke(List.of(p0), world.nowNs + 5_000 * World.MS, world.nowNs);
        assertThat(world.delivery.partitions().liveRecords()).isEqualTo(1);
        stream.ack(stream.last());
        assertThat(world.revoked).as("what it dropped stays above").containsEntry(p0, 1L);
    }
}
