package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.retry;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records that saw streams die, when leases, holds and revocations come between. */
class SuspectCornersTest extends OnePartition {
    @Test
    void aSuspectWhoseLeaseRunsOutIsChargedAndOthersGoOnMeanwhile() {
        receive(1);
        streamsDie(2);
        FakeStream quiet = world.stream(10);
        FakeStream busy = world.stream(10);
        world.cycle();
        FakeStream holder = quiet.batches.isEmpty() ? busy : quiet;
        FakeStream other = holder == quiet ? busy : quiet;
        world.receive(p0, 1, "x");
        world.cycle();
        assertThat(other.last().offsets()).containsExactly(1L);
        assertThat(holder.batches).as("a stream of its own").hasSize(1);
        world.pass(30_000);
        assertThat(world.delivery.partitions().ledger(p0).oldest().attempts()).isEqualTo(1);
    }

    @Test
    void aSuspectWaitsForAStreamThatReadsAndForTheHoldOfItsPartition() {
        receive(2);
        streamsDie(2);
        FakeStream stream = world.stream(10);
        stream.ready = false;
        world.cycle();
        assertThat(stream.batches).isEmpty();
        stream.ready = true;
        world.cycle();
        assertThat(stream.last().size()).isEqualTo(1);
        stream.answer(stream.last(), retry(0, 300, Scope.PARTITION));
        assertThat(stream.batches).as("the other suspect is held too").hasSize(1);
        world.pass(300);
        assertThat(stream.batches).hasSizeGreaterThan(1);
    }

    @Test
    void aPartitionThatGoesUnderASuspectFreesItsStream() {
        receive(1);
        streamsDie(2);
        FakeStream stream = world.stream(10);
        world.cycle();
        assertThat(stream.batches).hasSize(1);
        world.delivery.lost(List.of(p0), world.nowNs);
        PartitionEpoch back = world.assign("t", 0);
        world.receive(back, 0, "k0");
        world.cycle();
        assertThat(stream.batches).hasSize(2);
    }

    @Test
    void suspectsGoToTheStreamThatHoldsLeastAndMayBeUsed() {
        receive(1);
        streamsDie(2);
        FakeStream none = world.stream(0);
        FakeStream tiny = world.stream(10, 64);
        FakeStream first = world.stream(10);
        FakeStream second = world.stream(10);
        world.cycle();
        assertThat(none.batches).isEmpty();
        assertThat(tiny.batches).isEmpty();
        assertThat(first.batches.size() + second.batches.size()).isEqualTo(1);
    }

    @Test
    void aSuspectWaitsUntilItsStreamHoldsNothingElse() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 100, "other");
        world.cycle();
        stream.ready = false;
        PartitionEpoch p1 = world.assign("t", 1);
        world.receive(p1, 0, "a");
        streamsDie(2);
        stream.ready = true;
        world.cycle();
        assertThat(stream.batches).hasSize(1);
        stream.ack(stream.last());
        assertThat(stream.last().partitions()).containsExactly(p1);
    }
}
