package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.MS;
import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What ends a wait: an answer that frees credit, an extension that is over, a drain, a processor that connects. */
class StreamLimitsTest extends OnePartition {
    @Test
    void settledRecordsGiveTheirBytesBack() {
        FakeStream stream = world.stream(100);
        world.delivery.credit(stream, 100, 50);
        for (int round = 0; round < 3; round++) {
            world.receive(p0, round, "k" + round, 40);
            world.cycle();
            assertThat(stream.batches).hasSize(round + 1);
            stream.ack(stream.last());
        }
        assertThat(world.delivery.view(world.nowNs).streams().get(0).outstandingBytes())
                .isZero();
    }

    @Test
    void anExtensionEndsWhenItSaysAndNotAtTheMaximum() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.pass(1_000);
        world.delivery.extend(stream, List.of(stream.last().id()), 5_000 * MS, world.nowNs);
        world.pass(4_999);
        assertThat(stream.revokes).isEmpty();
        world.pass(1);
        assertThat(stream.revokes).hasSize(1);
    }

    @Test
    void anExtensionReachesNoFurtherThanTheMaximumAfterSending() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.pass(20_000);
        world.delivery.extend(stream, List.of(stream.last().id()), 50_000 * MS, world.nowNs);
        world.pass(39_999);
        assertThat(stream.revokes).isEmpty();
        world.pass(1);
        assertThat(stream.revokes).hasSize(1);
    }

    @Test
    void anIdleStreamThatDrainsIsLetGoAtOnce() {
        FakeStream stream = world.stream(100);
        world.delivery.draining(stream);
        assertThat(stream.closed).isEqualTo("SHUTDOWN drained");
        assertThat(world.delivery.view(world.nowNs).streams()).isEmpty();
    }

    @Test
    void aDrainingStreamWhoseLastLeaseRunsOutIsLetGo() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.delivery.draining(stream);
        assertThat(stream.closed).isNull();
        world.pass(30_000);
        assertThat(stream.closed).isEqualTo("SHUTDOWN drained");
    }

    @Test
    void aStreamThatAnswersBetweenLeasesThatRunOutIsNotEjected() {
        FakeStream lazy = world.stream(100);
        world.stream(0);
        for (int i = 0; i < 6; i++) {
            world.receive(p0, 2 * i, "a" + i);
            world.receive(p0, 2 * i + 1, "b" + i);
            world.cycle();
            World.Sent sent = lazy.last();
            lazy.answer(sent, VerdictRange.ack(0, 1));
            world.pass(30_000);
            lazy.ack(lazy.last());
        }
        assertThat(world.delivery.stats().ejections.get()).isZero();
    }

    @Test
    void aRetryWithoutAWaitIsSentAtOnceAndAWideOneAfterAMoment() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        stream.answer(stream.last(), retry(0, 0, Scope.RECORD));
        assertThat(stream.batches).hasSize(2);
        stream.answer(stream.last(), retry(0, 0, Scope.PIPELINE));
        world.pass(9);
        assertThat(stream.batches).hasSize(2);
        world.pass(1);
        assertThat(stream.batches).hasSize(3);
    }

    @Test
    void aRecordWhoseLetterWaitsSaysWhy() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.publisherFull = true;
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT));
        Head head = world.delivery.view(world.nowNs).partitions().get(0).head();
        assertThat(head.code()).isEqualTo("CODE");
        assertThat(head.reason()).isEqualTo("reason");
    }

    @Test
    void aPoisonousRecordWhoseLetterWaitsSaysSo() {
        world.receive(p0, 0, "a");
        world.publisherFull = true;
        for (int i = 0; i < 4; i++) {
            FakeStream stream = world.stream(100);
            world.cycle();
            stream.die();
        }
        assertThat(world.delivery.view(world.nowNs).partitions().get(0).head().code())
                .isEqualTo("POISON");
    }

    @Test
    void nothingIsSentOfAPartitionThatHasBeenAskedBack() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "b");
        world.cycle();
        stream.answer(stream.last(), retry(0, 0, Scope.PIPELINE), VerdictRange.ack(1, 1));
        stream.ready = false;
        world.receive(p0, 2, "c");
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * MS, world.nowNs);
        world.pass(100);
        int batches = stream.batches.size();
        world.pass(400);
        stream.ready = true;
        world.cycle();
        assertThat(stream.batches).hasSize(batches);
        assertThat(world.revoked).containsEntry(p0, 0L);
    }

    @Test
    void aProcessorThatConnectsShortensADoubledPause() {
        World w = new World(Settings.of(Ordering.KEY)
                .flood(new FloodPolicy(true, 0.5, 10, 2, 1_000 * MS))
                .build());
        PartitionEpoch p = w.assign("t", 0);
        FakeStream stream = w.stream(10);
        for (int i = 0; i < 30; i++) {
            w.receive(p, i, "k" + i);
        }
        w.cycle();
        stream.answer(stream.last(), verdict(0, 10, Outcome.REJECT));
        w.pass(1_000);
        stream.answer(stream.last(), verdict(0, stream.last().size(), Outcome.REJECT));
        int before = stream.batches.size();
        FakeStream repaired = w.stream(10);
        w.pass(1_000);
        assertThat(stream.batches.size() + repaired.batches.size())
                .as("a second pause of two seconds would not be over")
                .isEqualTo(before + 1);
    }

    @Test
    void eachEjectionIsTwiceAsLongAsTheOneBefore() {
        FakeStream hangs = world.stream(1);
        world.receive(p0, 0, "a");
        world.cycle();
        FakeStream other = world.stream(0);
        StreamState state = world.delivery.streams().of(hangs);
        for (long seconds : new long[] {5, 10, 20}) {
            while (!state.ejected) {
                world.delivery.streams().expired(state, world.nowNs);
            }
            assertThat(state.dueNs - world.nowNs).isEqualTo(seconds * 1_000 * MS);
            world.delivery.streams().readmit(state);
        }
        assertThat(other.batches).isEmpty();
    }

    @Test
    void onlyStreamsThatHoldRecordsOfAPartitionAreAskedForThem() {
        PartitionEpoch p1 = world.assign("t", 1);
        FakeStream holds = world.stream(10);
        world.receive(p0, 0, "a");
        world.cycle();
        FakeStream holdsNot = world.stream(10);
        world.receive(p1, 0, "b");
        world.cycle();
        assertThat(holdsNot.batches).hasSize(1);
        world.delivery.lost(List.of(p0), world.nowNs);
        assertThat(holds.revokes).hasSize(1);
        assertThat(holdsNot.revokes).isEmpty();
        assertThat(world.delivery.stats().streamsUp.get()).isEqualTo(2);
    }
}
