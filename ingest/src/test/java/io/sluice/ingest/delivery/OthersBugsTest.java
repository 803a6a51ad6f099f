package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bugs that systems of this kind have had, each named by its thread: the core does not have them. */
class OthersBugsTest extends OnePartition {
    private static final long[] GAPS = {1, 1, 7, 1, 1_000, 1, 3};

    /** {@code confluentinc/parallel-consumer#826}: the offset to commit advanced at the poll. */
    @Test
    void whatWasReceivedAndNeverSentIsNotCommittedByARevocation() {
        for (int sent = 0; sent <= 3; sent++) {
            World w = new World(World.SETTINGS);
            PartitionEpoch p = w.assign("t", 0);
            FakeStream stream = w.stream(sent);
            for (int i = 0; i < 3; i++) {
                w.receive(p, i, "k" + i);
            }
            w.delivery.position(p, 3);
            w.cycle();
            if (sent > 0) {
                stream.answer(stream.last(), VerdictRange.ack(0, stream.last().size()));
            }
            w.delivery.revoke(List.of(p), w.nowNs, w.nowNs);
            w.cycle();
            assertThat(w.revoked).as("with " + sent + " settled").containsEntry(p, (long) sent);
        }
    }

    /** {@code confluentinc/parallel-consumer#909, #875}: a fresh record met a stale one at its offset and was dropped. */
    @Test
    void theSameOffsetInANewAssignmentIsAnotherRecordWhileTheOldOneIsStillOpen() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 5, "a");
        world.cycle();
        World.Sent old = stream.last();
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        PartitionEpoch back = world.assign("t", 0);
        world.receive(back, 5, "a");
        world.cycle();
        assertThat(stream.last().partitions()).containsExactly(back);
        stream.answer(old, VerdictRange.ack(0, 1));
        assertThat(world.committable)
                .as("the old one's outcome is not the new one's")
                .containsEntry(back, 5L);
        stream.ack(stream.last());
        assertThat(world.committable).containsEntry(back, 6L);
    }

    /** {@code confluentinc/parallel-consumer#857}: a partition was frozen until the restart though the group was stable. */
    @Test
    void aPartitionMovesOnAfterEveryKindOfSetback() {
        FakeStream first = world.stream(1);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "b");
        world.cycle();
        first.answer(first.last(), retry(0, 10, Scope.PARTITION));
        first.die();
        FakeStream second = world.stream(1);
        world.pass(30_000);
        world.pass(30_001);
        for (int i = 0; i < 10 && world.committable.get(p0) < 2; i++) {
            if (!second.batches.isEmpty()) {
                World.Sent batch = second.last();
                second.batches.clear();
                second.ack(batch);
            }
            world.pass(1_000);
        }
        assertThat(world.committable).containsEntry(p0, 2L);
    }

    /** {@code confluentinc/parallel-consumer#547, #606}: the count of records in flight leaked, and nothing was polled again. */
    @Tag("slow")
    @Test
    void tenThousandRevocationsLeaveNothingBehind() {
        FakeStream stream = world.stream(7);
        world.delivery.lost(List.of(p0), world.nowNs);
        for (int i = 0; i < 10_000; i++) {
            PartitionEpoch p = world.assign("t", i % 3);
            for (int j = 0; j < 5; j++) {
                world.receive(p, j, j == 4 ? null : "k" + j % 2);
            }
            world.cycle();
            World.Sent sent = stream.last();
            switch (i % 5) {
                case 0 -> stream.answer(sent, verdict(0, 1, Outcome.REJECT));
                case 1 -> stream.answer(sent, retry(0, 50_000, Scope.RECORD));
                case 2 -> stream.answer(sent, verdict(0, 1, Outcome.RELEASE));
                case 3 -> stream.answer(sent, VerdictRange.ack(0, 1));
                default -> {}
            }
            if (i % 10 == 0) {
                world.delivery.publishFailed(world.letters.get(world.letters.size() - 1), "no", world.nowNs);
            }
            if (i % 2 == 0) {
                world.delivery.lost(List.of(p), world.nowNs);
            } else {
                world.delivery.revoke(List.of(p), world.nowNs + i % 4 * World.MS, world.nowNs);
                world.pass(4);
            }
            stream.batches.clear();
        }
        world.cycle();
        Invariants core = new Invariants(world.delivery);
        assertThat(core.liveRecords()).isZero();
        assertThat(core.liveBytes()).isZero();
        assertThat(core.timers()).isZero();
        assertThat(core.keys()).isZero();
        assertThat(core.lettersWaiting()).isZero();
        assertThat(world.delivery.partitions().all()).isEmpty();
        assertThat(world.delivery.queues().ready.isEmpty()).isTrue();
        assertThat(world.delivery.streams().all())
                .singleElement()
                .satisfies(s -> assertThat(s.outstandingRecords() + s.outstandingBytes() + s.batches.size())
                        .isZero());
    }

    /** {@code astubbs/parallel-consumer#517}: a partition went and came back, and one key was on two workers at once. */
    @Test
    void aKeyOfAPartitionThatCameBackIsNotSentTwiceInOneAssignment() {
        FakeStream first = world.stream(1);
        FakeStream second = world.stream(1);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.cycle();
        world.delivery.lost(List.of(p0), world.nowNs);
        PartitionEpoch back = world.assign("t", 0);
        world.receive(back, 0, "a");
        world.receive(back, 1, "a");
        world.cycle();
        List<World.Sent> sent = new ArrayList<>(first.batches);
        sent.addAll(second.batches);
        assertThat(sent.stream().filter(s -> s.partitions().contains(back))).hasSize(1);
        assertThat(first.revokes).as("the one that held it before is told").hasSize(1);
        assertThat(first.revokes.get(0)).startsWith("REBALANCE");
    }

    /** {@code spring-projects/spring-kafka#4334, #4342}: out-of-order acknowledgements over gaps paused it for ever. */
    @Test
    void acknowledgementsInEveryOrderOverGapsReachTheEnd() {
        for (int n = 1; n <= 7; n++) {
            permute(new int[n], new boolean[n], 0);
        }
    }

    private static void permute(int[] order, boolean[] used, int depth) {
        if (depth == order.length) {
            acknowledge(order);
            return;
        }
        for (int i = 0; i < order.length; i++) {
            if (!used[i]) {
                used[i] = true;
                order[depth] = i;
                permute(order, used, depth + 1);
                used[i] = false;
            }
        }
    }

    private static void acknowledge(int[] order) {
        OffsetLedger ledger = new OffsetLedger(new PartitionEpoch("t", 0, 1));
        Entry[] entries = new Entry[order.length];
        long offset = 100;
        for (int i = 0; i < entries.length; i++) {
            offset += GAPS[i];
            entries[i] = new Entry();
            entries[i].offset = offset;
            assertThat(ledger.append(entries[i])).isTrue();
        }
        ledger.position(offset + 50);
        boolean[] done = new boolean[entries.length];
        for (int i : order) {
            ledger.settle(entries[i]);
            done[i] = true;
            int lowest = 0;
            while (lowest < done.length && done[lowest]) {
                lowest++;
            }
            long expected = lowest == done.length ? offset + 50 : entries[lowest].offset;
            if (ledger.committable() != expected) {
                throw new AssertionError(java.util.Arrays.toString(order) + " after " + i + ": committable is "
                        + ledger.committable() + ", not " + expected);
            }
        }
    }

    /** {@code redpanda-data/connect#4477}: an acknowledgement after the revocation was counted and committed. */
    @Test
    void anAcknowledgementAfterTheRevocationIsStaleAndNothingIsSaidOfThePartition() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "b");
        world.cycle();
        World.Sent sent = stream.last();
        world.delivery.revoke(List.of(p0), world.nowNs, world.nowNs);
        assertThat(world.revoked).containsEntry(p0, 0L);
        world.committable.clear();
        stream.answer(sent, VerdictRange.ack(0, 2));
        assertThat(world.committable).isEmpty();
        assertThat(world.delivery.stats().acked.get()).isZero();
    }

    /** {@code faust-streaming/faust#707}: committed past a slow head. */
    @Test
    void aSlowHeadHoldsTheCommitWhateverIsDoneBehindIt() {
        FakeStream stream = world.stream(100);
        for (int i = 0; i < 10; i++) {
            world.receive(p0, i * 100L, "k" + i);
        }
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(1, 9));
        assertThat(world.committable).containsEntry(p0, 0L);
    }

    /** {@code robinhood/faust#401}: the opposite, a gap stopped the commits. */
    @Test
    void aGapAtTheHeadHoldsNothing() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 5_000, "a");
        world.receive(p0, 9_000, "b");
        world.delivery.position(p0, 12_000);
        world.cycle();
        stream.ack(stream.last());
        assertThat(world.committable).containsEntry(p0, 12_000L);
    }

    /** {@code monoscope-tech/monoscope#443}: what was not acknowledged was not read again in the session. */
    @Test
    void whatFailsWithoutARetryTopicComesAgainInTheSameSession() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        stream.answer(stream.last(), retry(0, 10, Scope.RECORD));
        world.pass(10);
        assertThat(stream.batches).hasSize(2);
        stream.answer(stream.last(), verdict(0, 1, Outcome.RELEASE));
        world.pass(10);
        assertThat(stream.batches).hasSize(3);
        world.pass(30_000);
        assertThat(stream.revokes).hasSize(1);
        world.pass(200);
        assertThat(stream.batches).hasSize(4);
    }

    /** {@code PostHog/posthog#80897}: the fence came before the drain, and for all partitions. */
    @Test
    void oneOfEightPartitionsDrainsBeforeItIsFencedAndTheOthersGoOn() {
        FakeStream stream = world.stream(100);
        List<PartitionEpoch> others = new ArrayList<>();
        for (int i = 1; i < 8; i++) {
            others.add(world.assign("t", i));
        }
        world.receive(p0, 0, "a");
        others.forEach(p -> world.receive(p, 0, "a"));
        world.cycle();
        World.Sent sent = stream.last();
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        world.pass(100);
        assertThat(world.revoked).isEmpty();
        stream.answer(sent, VerdictRange.ack(0, sent.size()));
        assertThat(world.revoked)
                .as("finished work counts")
                .containsOnlyKeys(p0)
                .containsEntry(p0, 1L);
        others.forEach(p -> assertThat(world.committable).containsEntry(p, 1L));
        others.forEach(p -> world.receive(p, 1, "a"));
        world.cycle();
        assertThat(stream.last().partitions()).containsExactlyInAnyOrderElementsOf(others);
    }

    /** {@code knative-extensions/eventing-kafka-broker}, OffsetManager: a dead letter that failed was committed. */
    @Test
    void aRecordWhoseDeadLetterFailsIsNotCommitted() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "b");
        world.cycle();
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT), VerdictRange.ack(1, 1));
        world.delivery.publishFailed(world.letters.get(0), "no topic", world.nowNs);
        world.cycle();
        assertThat(world.committable).containsEntry(p0, 0L);
        world.delivery.revoke(List.of(p0), world.nowNs, world.nowNs);
        assertThat(world.revoked).containsEntry(p0, 0L);
    }
}
