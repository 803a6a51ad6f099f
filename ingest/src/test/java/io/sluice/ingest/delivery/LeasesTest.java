package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Leases that run out or are extended, and streams that end or leave with work open. */
class LeasesTest extends OnePartition {
    @Test
    void anExpiredLeaseChargesTheFirstOfEachGroupAndLateResultsChangeNothing() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.cycle();
        World.Sent late = stream.last();
        world.pass(30_000);
        assertThat(stream.revokes).containsExactly("LEASE_EXPIRED [1] []");
        world.pass(100);
        assertThat(stream.last().attempts()).containsExactly(2, 1);
        assertThat(stream.answer(late, VerdictRange.ack(0, 2))).isNull();
        assertThat(world.committable).containsEntry(p0, 0L);
        assertThat(world.delivery.stats().stale(DeliveryStats.Stale.BATCH_GONE).get())
                .isEqualTo(2);
    }

    @Test
    void anExtendedLeaseHoldsUpToTheMaximum() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.pass(20_000);
        world.delivery.extend(stream, List.of(1L), 0, world.nowNs);
        world.pass(29_999);
        assertThat(stream.revokes).isEmpty();
        world.delivery.extend(stream, List.of(1L), 30_000 * World.MS, world.nowNs);
        world.pass(10_001);
        assertThat(stream.revokes).hasSize(1);
    }

    @Test
    void theOnlyStreamGetsOneBatchAtATimeWhileItLetsLeasesRunOut() {
        FakeStream bad = world.stream(100);
        for (int i = 0; i < 3; i++) {
            world.receive(p0, i, "k" + i);
            world.cycle();
        }
        world.pass(30_000);
        world.receive(p0, 3, "k3");
        world.receive(p0, 4, "k4");
        world.cycle();
        assertThat(bad.batches).hasSize(4);
        world.receive(p0, 5, "k5");
        world.pass(1_000);
        assertThat(bad.batches).hasSize(4);
        bad.ack(bad.last());
        assertThat(bad.batches).hasSize(5);
    }

    @Test
    void aStreamThatKeepsLettingLeasesRunOutIsEjectedForAWhileIfThereIsAnother() {
        FakeStream bad = world.stream(100);
        for (int i = 0; i < 3; i++) {
            world.receive(p0, i, "k" + i);
            world.cycle();
        }
        FakeStream good = world.stream(100);
        world.pass(30_000);
        world.pass(1_000);
        assertThat(bad.batches).hasSize(3);
        assertThat(good.batches).isNotEmpty();
        good.batches.forEach(good::ack);
        world.pass(4_000);
        world.receive(p0, 3, "k3");
        world.receive(p0, 4, "k4");
        world.cycle();
        assertThat(bad.batches).hasSize(4);
    }

    @Test
    void aLostStreamGivesItsRecordsToAnotherWithoutCountingAnAttempt() {
        FakeStream first = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        FakeStream second = world.stream(100);
        first.die();
        assertThat(second.last().offsets()).containsExactly(0L);
        assertThat(second.last().attempts()).containsExactly(1);
    }

    @Test
    void aDrainingStreamGetsNoMoreAndIsLetGoWhenItHoldsNothing() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.delivery.draining(stream);
        world.receive(p0, 1, "b");
        world.cycle();
        assertThat(stream.batches).hasSize(1);
        stream.ack(stream.last());
        assertThat(stream.closed).isEqualTo("SHUTDOWN drained");
    }

    @Test
    void aDrainingStreamIsLetGoWhenItsLastRecordsGoWithTheirPartition() {
        PartitionEpoch p1 = world.assign("t", 1);
        FakeStream first = world.stream(1);
        FakeStream second = world.stream(1);
        world.receive(p0, 0, "a");
        world.receive(p1, 0, "b");
        world.cycle();
        world.delivery.draining(first);
        world.delivery.draining(second);
        world.delivery.lost(List.of(p0), world.nowNs);
        assertThat(first.closed).isEqualTo("SHUTDOWN drained");
        assertThat(second.closed).isNull();
        world.delivery.revoke(List.of(p1), world.nowNs, world.nowNs);
        assertThat(second.closed).isEqualTo("SHUTDOWN drained");
        assertThat(world.delivery.streams().all()).isEmpty();
    }
}
