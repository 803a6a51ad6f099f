package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import org.junit.jupiter.api.Test;

/** What still fits a batch and what no longer does, to the record and to the byte. */
class BatchLimitsTest extends OnePartition {
    /** With a topic, key and value of 1, 2 and 10 bytes. */
    private static final int BYTES = 12;

    private static final int WIRE_BYTES = BYTES + 3 + 64;
    private static final int FRAME_OVERHEAD = 64;

    @Test
    void aRunLongerThanABatchIsCut() {
        FakeStream stream = world.stream(100);
        for (int i = 0; i < 12; i++) {
            world.receive(p0, i, "k0");
        }
        world.cycle();
        assertThat(stream.last().size()).isEqualTo(10);
        stream.ack(stream.last());
        assertThat(stream.last().offsets()).containsExactly(10L, 11L);
    }

    @Test
    void aFrameIsFilledToTheByteAndNotBeyond() {
        for (int less = 0; less <= 1; less++) {
            World w = new World(World.SETTINGS);
            PartitionEpoch p = w.assign("t", 0);
            FakeStream stream = w.stream(100, FRAME_OVERHEAD + 3 * WIRE_BYTES - less);
            for (int i = 0; i < 3; i++) {
                w.receive(p, i, "k" + i);
            }
            w.cycle();
            assertThat(stream.batches.get(0).size()).isEqualTo(3 - less);
            assertThat(w.delivery.readyRecords()).isZero();
        }
    }

    @Test
    void aRecordThatJustFitsAFrameIsSentAndOneByteMoreIsTooLarge() {
        FakeStream stream = world.stream(100, FRAME_OVERHEAD + WIRE_BYTES);
        world.receive(p0, 0, "k0", 11);
        world.receive(p0, 1, "k1", 10);
        world.cycle();
        world.cycle();
        assertThat(stream.last().offsets()).containsExactly(1L);
        assertThat(world.letters)
                .singleElement()
                .satisfies(l -> assertThat(l.cause()).isEqualTo(Cause.TOO_LARGE));
    }

    @Test
    void creditInBytesIsUsedUpToTheByte() {
        FakeStream stream = world.stream(100);
        world.delivery.credit(stream, 100, 3 * BYTES);
        receive(1);
        world.receive(p0, 1, "k1", 22);
        world.cycle();
        assertThat(stream.last().offsets()).containsExactly(1L);
        assertThat(world.delivery.view(world.nowNs).streams().get(0).outstandingBytes())
                .isEqualTo(3 * BYTES);
        world.receive(p0, 2, "k2");
        world.cycle();
        assertThat(stream.batches).as("used up").hasSize(2);
    }

    @Test
    void whatFollowsARecordThatIsTooLargeForAllIsSentAtOnce() {
        FakeStream stream = world.stream(100, 4_096);
        world.receive(p0, 0, "a", 9_000);
        world.receive(p0, 1, "a");
        world.cycle();
        assertThat(stream.last().offsets()).containsExactly(1L);
    }

    @Test
    void suspectsOfABatchAreEachAGroup() {
        receive(4);
        streamsDie(2);
        FakeStream stream = world.stream(10);
        world.cycle();
        stream.ack(stream.last());
        assertThat(stream.last().groups()).as("one, then twice as many").containsExactly(0, 1);
    }

    @Test
    void aPartFilledBatchLingersFromWhenItsFirstKeyBecameReady() {
        World w = new World(
                Settings.of(Ordering.KEY).batch(5, 10_000).linger(10 * MS).build());
        PartitionEpoch p = w.assign("t", 0);
        FakeStream stream = w.stream(100);
        w.receive(p, 0, "a");
        w.receive(p, 1, "b");
        w.cycle();
        stream.answer(stream.last(), World.retry(0, 100, Scope.RECORD));
        w.pass(100);
        assertThat(w.delivery.idleNs(w.nowNs, 1_000 * MS)).isEqualTo(10 * MS);
        w.pass(9);
        assertThat(stream.batches).hasSize(1);
        w.pass(1);
        assertThat(stream.last().offsets()).containsExactly(0L);
    }
}
