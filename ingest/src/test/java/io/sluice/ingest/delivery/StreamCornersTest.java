package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.retry;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.DeliveryView.Blocker;
import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams that end, are ejected, or take only some records. */
class StreamCornersTest extends OnePartition {
    @Test
    void whatFollowsAFailureInItsGroupIsNotBlamedForTheEndOfTheStream() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.receive(p0, 2, "b");
        world.cycle();
        stream.answer(stream.last(), retry(0, 0, Scope.RECORD));
        stream.die();
        Entry first = world.delivery.partitions().ledger(p0).oldest();
        assertThat(first.deaths).isZero();
        assertThat(first.newer.deaths).isZero();
        assertThat(first.newer.newer.deaths).isEqualTo(1);
    }

    @Test
    void aStreamThatClosesForItsOwnReasonsBlamesNobody() {
        FakeStream stream = world.stream(10);
        receive(1);
        world.delivery.streamDown(stream, false, world.nowNs);
        world.cycle();
        assertThat(world.delivery.partitions().ledger(p0).oldest().deaths).isZero();
    }

    @Test
    void anEjectedStreamIsNotEjectedAgainByTheLeasesItStillHolds() {
        FakeStream bad = world.stream(4);
        for (int i = 0; i < 4; i++) {
            world.receive(p0, i, "k" + i);
            world.cycle();
            world.delivery.credit(bad, 4 * (i + 2), 0);
        }
        FakeStream good = world.stream(1);
        world.pass(30_000);
        assertThat(world.delivery.stats().leasesExpired.get()).isEqualTo(4);
        assertThat(world.delivery.stats().ejections.get()).isEqualTo(1);
        assertThat(world.delivery.view(world.nowNs).streams())
                .extracting(DeliveryView.StreamView::state)
                .containsExactly("EJECTED", "UP");
        world.delivery.draining(good);
        good.die();
        assertThat(world.delivery.view(world.nowNs).blocker()).isEqualTo(Blocker.STREAMS_EJECTED);
    }

    @Test
    void aStreamIsNotEjectedWhenTheOnlyOtherIsOnItsWayOut() {
        FakeStream only = world.stream(10);
        FakeStream other = world.stream(10);
        world.receive(p0, 9, "z");
        world.cycle();
        FakeStream holder = only.batches.isEmpty() ? other : only;
        FakeStream drains = holder == only ? other : only;
        world.receive(p0, 10, "y");
        world.cycle();
        world.delivery.draining(drains);
        for (int i = 0; i < 6; i++) {
            world.pass(31_000);
        }
        assertThat(holder.batches).isNotEmpty();
        assertThat(world.delivery.stats().ejections.get()).isZero();
    }

    @Test
    void theViewShowsCreditInBytesAndWhoDoesNotRead() {
        FakeStream stream = world.stream(10);
        world.delivery.credit(stream, 5, 700);
        stream.ready = false;
        receive(1);
        DeliveryView view = world.delivery.view(world.nowNs);
        assertThat(view.blocker()).isEqualTo(Blocker.STREAMS_BLOCKED);
        assertThat(view.streams()).singleElement().satisfies(s -> {
            assertThat(s.state()).isEqualTo("BLOCKED");
            assertThat(s.creditBytes()).isEqualTo(700);
            assertThat(s.creditRecords()).isEqualTo(5);
        });
    }

    @Test
    void anExtensionOfABatchThatIsGoneChangesNothing() {
        FakeStream stream = world.stream(10);
        receive(1);
        world.delivery.extend(stream, List.of(77L), 1_000 * World.MS, world.nowNs);
        assertThat(world.delivery.idleNs(world.nowNs, Long.MAX_VALUE)).isLessThanOrEqualTo(30_000 * World.MS);
    }

    @Test
    void aRecordThatOnlyABusyStreamCanTakeWaitsForItAndOthersPass() {
        FakeStream large = world.stream(1, 1 << 20);
        receive(1);
        FakeStream small = world.stream(10, 4_096);
        world.receive(p0, 1, "big", 9_000);
        world.receive(p0, 2, "c");
        world.cycle();
        assertThat(small.last().offsets()).containsExactly(2L);
        large.ack(large.last());
        world.pass(20);
        assertThat(large.last().offsets()).containsExactly(1L);
    }

    @Test
    void aBatchLargerThanTheBuildersFirstRoomIsFilled() {
        World w = new World(Settings.of(Ordering.KEY).batch(2_000, 1 << 20).build());
        PartitionEpoch p = w.assign("t", 0);
        for (int i = 0; i < 1_500; i++) {
            w.receive(p, i, i % 2 == 0 ? null : "k" + i, 1);
        }
        FakeStream stream = w.stream(5_000);
        w.cycle();
        assertThat(stream.last().size()).isEqualTo(1_500);
        stream.ack(stream.last());
        assertThat(w.committable).containsEntry(p, 1_500L);
    }

    @Test
    void sizesCountNothingForWhatIsNull() {
        Header[] headers = {new Header("ab", null), new Header("c", new byte[3])};
        assertThat(Entry.bytesOf(null, null, headers)).isEqualTo(6);
        assertThat(Entry.bytesOf(new byte[2], new byte[5], Header.NONE)).isEqualTo(7);
        assertThat(Entry.wireBytesOf("t", 6, headers)).isEqualTo(6 + 3 + 64 + 32 + 6);
    }
}
