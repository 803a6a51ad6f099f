package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.ingest.delivery.DeliveryView.Blocker;
import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveryEdgesTest extends OnePartition {
    private Blocker blocker() {
        return world.delivery.view(world.nowNs).blocker();
    }

    @Test
    void whatAnUnknownStreamSaysChangesNothing() {
        FakeStream gone = world.stream(10);
        world.receive(p0, 0, "a");
        world.cycle();
        gone.die();
        world.delivery.credit(gone, 5, 5);
        world.delivery.draining(gone);
        world.delivery.streamDown(gone, true, world.nowNs);
        world.delivery.extend(gone, List.of(1L), 1, world.nowNs);
        assertThat(gone.answer(1, VerdictRange.ack(0, 1))).isNull();
        assertThat(world.delivery.violation(gone, DeliveryStats.Violation.FRAME, "x", world.nowNs))
                .isNull();
        assertThat(world.delivery.stats().acked.get()).isZero();
        assertThat(world.delivery.stats().stale(DeliveryStats.Stale.BATCH_GONE).get())
                .isEqualTo(1);
    }

    @Test
    void anOffsetThatComesTwiceInOneAssignmentIsABug() {
        world.receive(p0, 5, "a");
        assertThatThrownBy(() -> world.receive(p0, 5, "a")).hasMessageContaining("t-0@5");
    }

    @Test
    void recordsAndPositionsOfAPartitionThatIsGoneAreDropped() {
        world.delivery.lost(List.of(p0), world.nowNs);
        world.receive(p0, 0, "a");
        world.delivery.position(p0, 7);
        world.delivery.lost(List.of(p0), world.nowNs);
        world.delivery.revoke(List.of(p0), world.nowNs, world.nowNs);
        world.cycle();
        assertThat(world.delivery.partitions().liveRecords()).isZero();
    }

    @Test
    void aPartFilledBatchLingersOnlyWhileItsStreamHasWork() {
        World w = new World(Settings.of(Ordering.KEY).linger(2 * World.MS).build());
        PartitionEpoch p = w.assign("t", 0);
        FakeStream stream = w.stream(100);
        w.receive(p, 0, "a");
        w.cycle();
        assertThat(stream.batches).as("idle: at once").hasSize(1);
        w.receive(p, 1, "b");
        w.cycle();
        assertThat(stream.batches).hasSize(1);
        assertThat(w.delivery.idleNs(w.nowNs, 1_000 * World.MS)).isEqualTo(2 * World.MS);
        w.pass(2);
        assertThat(stream.batches).hasSize(2);
        for (int i = 2; i < 12; i++) {
            w.receive(p, i, "k" + i);
        }
        w.cycle();
        assertThat(stream.batches).as("full: at once").hasSize(3);
    }

    @Test
    void theViewNamesWhatKeepsRecordsFromBeingSent() {
        assertThat(blocker()).isEqualTo(Blocker.NO_STREAM);
        FakeStream stream = world.stream(0);
        world.receive(p0, 0, "a");
        world.cycle();
        assertThat(blocker()).isEqualTo(Blocker.NO_CREDIT);
        world.delivery.credit(stream, 10, 0);
        world.cycle();
        assertThat(blocker()).isEqualTo(Blocker.PROCESSOR_BUSY);
        stream.answer(stream.last(), retry(0, 50, Scope.RECORD));
        assertThat(blocker()).isEqualTo(Blocker.RETRY_BACKOFF);
        world.pass(50);
        stream.answer(stream.last(), retry(0, 50, Scope.PIPELINE));
        assertThat(blocker()).isEqualTo(Blocker.HELD_BY_PROCESSOR);
        assertThat(world.delivery.idleNs(world.nowNs, 1_000 * World.MS)).isEqualTo(50 * World.MS);
        world.pass(50);
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT));
        world.delivery.publishFailed(world.letters.get(0), "no topic", world.nowNs);
        assertThat(blocker()).isEqualTo(Blocker.DEAD_LETTER_UNWRITABLE);
        world.pass(100);
        world.delivery.published(world.letters.get(1), world.nowNs);
        assertThat(blocker()).isEqualTo(Blocker.NONE);
        world.receive(p0, 1, "a");
        world.cycle();
        world.delivery.draining(stream);
        assertThat(blocker()).isEqualTo(Blocker.STREAMS_DRAINING);
        assertThat(world.delivery.view(world.nowNs).streams())
                .singleElement()
                .satisfies(s -> assertThat(s.state()).isEqualTo("DRAINING"));
    }

    @Test
    void closingTheStreamsLetsThemAnswerAndSendsNoMore() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.cycle();
        world.delivery.closeStreams("the gateway stops", 1);
        world.receive(p0, 1, "b");
        world.cycle();
        assertThat(stream.closed).isEqualTo("SHUTDOWN the gateway stops");
        assertThat(stream.batches).hasSize(1);
        stream.ack(stream.last());
        assertThat(world.committable).containsEntry(p0, 1L);
    }

    @Test
    void creditInBytesStopsBatchesButNeverTheFirst() {
        FakeStream stream = new FakeStream(world);
        world.delivery.streamUp(stream, new StreamInfo("t", "p", "1", "i", 4 << 20), 100, 100);
        world.receive(p0, 0, "a", 500);
        world.receive(p0, 1, "b", 500);
        world.cycle();
        assertThat(stream.batches)
                .as("one record may pass when nothing is outstanding")
                .hasSize(1);
        assertThat(stream.last().size()).isEqualTo(1);
        stream.ack(stream.last());
        assertThat(stream.batches).hasSize(2);
    }

    @Test
    void manyKeysAreFoundAgainAndLeaveNothingBehind() {
        KeyTable table = new KeyTable(3);
        OffsetLedger ledger = new OffsetLedger(p0);
        KeyQueue[] queues = new KeyQueue[5_000];
        for (int i = 0; i < queues.length; i++) {
            KeyQueue q = new KeyQueue();
            q.ledger = ledger;
            q.key = ("a rather long key, number " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            q.hash = table.hash(q.key);
            table.add(q);
            queues[i] = q;
        }
        OffsetLedger other = new OffsetLedger(new PartitionEpoch("t", 1, 9));
        for (KeyQueue q : queues) {
            assertThat(table.find(ledger, q.key.clone(), q.hash)).isSameAs(q);
            assertThat(table.find(other, q.key, q.hash)).isNull();
        }
        for (KeyQueue q : queues) {
            table.remove(q);
            assertThat(table.find(ledger, q.key, q.hash)).isNull();
        }
        assertThat(table.size()).isZero();
    }

    @Test
    void aRetryPolicyGrowsToItsLimitAndItsJitterOnlyShortens() {
        RetryPolicy policy = new RetryPolicy(5, 3, 100, 1_000, 2, 0.5, RetryPolicy.ANY_AGE);
        for (int n = 1; n < 20; n++) {
            double most = Math.min(1_000, 100 * Math.pow(2, n - 1));
            assertThat(policy.delayNs(n, 42)).isBetween((long) (most / 2) - 1, (long) most);
            assertThat(policy.delayNs(n, 42)).isEqualTo(policy.delayNs(n, 42));
        }
    }
}
