package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.DeliveryStats.Stale;
import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Verdicts that come at odd moments: twice, for what is gone, while a processor drains or wants to be left alone. */
class VerdictCornersTest extends OnePartition {
    private long stale(Stale reason) {
        return world.delivery.stats().stale(reason).get();
    }

    @Test
    void aVerdictForARevokedRecordIsStaleAndTheRestOfItsFrameCounts() {
        PartitionEpoch p1 = world.assign("t", 1);
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.receive(p1, 0, "b");
        world.cycle();
        world.delivery.lost(List.of(p0), world.nowNs);
        stream.ack(stream.last());
        assertThat(stale(Stale.REVOKED)).isEqualTo(1);
        assertThat(world.committable).containsEntry(p1, 1L);
    }

    @Test
    void aRecordJudgedTwiceInOneFrameKeepsTheFirstVerdict() {
        FakeStream stream = world.stream(10);
        receive(1);
        stream.answer(stream.last(), VerdictRange.ack(0, 1), verdict(0, 1, Outcome.REJECT));
        assertThat(stale(Stale.DUPLICATE)).isEqualTo(1);
        assertThat(world.letters).isEmpty();
    }

    @Test
    void batchNumbersThatAreNoneBreakTheContract() {
        FakeStream stream = world.stream(10);
        receive(1);
        assertThat(stream.answer(0, VerdictRange.ack(0, 1))).contains("batch 0 was never sent");
    }

    @Test
    void whatADrainingProcessorReleasesGoesToAnotherAtOnce() {
        FakeStream stream = world.stream(10);
        receive(1);
        world.delivery.draining(stream);
        FakeStream other = world.stream(10);
        stream.answer(stream.last(), verdict(0, 1, Outcome.RELEASE));
        assertThat(other.batches).hasSize(1);
    }

    @Test
    void theLongerOfTwoHoldsCounts() {
        for (Scope scope : List.of(Scope.PARTITION, Scope.PIPELINE)) {
            for (boolean longFirst : new boolean[] {true, false}) {
                World w = new World(World.SETTINGS);
                PartitionEpoch p = w.assign("t", 0);
                FakeStream stream = w.stream(10);
                w.receive(p, 0, "a");
                w.receive(p, 1, "b");
                w.cycle();
                stream.answer(
                        stream.last(), retry(0, longFirst ? 500 : 50, scope), retry(1, longFirst ? 50 : 500, scope));
                w.pass(499);
                assertThat(stream.batches).as(scope + " " + longFirst).hasSize(1);
                w.pass(1);
                assertThat(stream.last().size()).as(scope + " " + longFirst).isEqualTo(2);
            }
        }
    }

    @Test
    void aWideRetryWithoutATimeWaitsThePipelinesBackoff() {
        FakeStream stream = world.stream(10);
        receive(1);
        VerdictRange later = new VerdictRange(0, 1, Outcome.RETRY, "", "", -1, Scope.PARTITION, Header.NONE);
        stream.answer(stream.last(), later);
        world.pass(99);
        assertThat(stream.batches).hasSize(1);
        world.pass(1);
        assertThat(stream.last().attempts()).as("it counts no attempt").containsExactly(1);
    }

    @Test
    void aReleaseBehindADoneRecordOfItsKeyWaitsAMoment() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(0, 1), verdict(1, 1, Outcome.RELEASE));
        assertThat(stream.batches).hasSize(1);
        world.pass(10);
        assertThat(stream.last().offsets()).containsExactly(1L);
    }

    @Test
    void hundredsOfDeadlinesAreMetInOrder() {
        FakeStream stream = world.stream(1_000);
        for (int i = 0; i < 200; i++) {
            world.receive(p0, i, "k" + i);
        }
        world.cycle();
        for (World.Sent sent : List.copyOf(stream.batches)) {
            for (int i = 0; i < sent.size(); i++) {
                int ms = (int) (sent.offsets().get(i) * 37 % 200) + 1;
                stream.answer(sent, retry(i, ms, Scope.RECORD));
            }
        }
        int before = stream.batches.size();
        for (int ms = 1; ms <= 200; ms++) {
            world.pass(1);
            assertThat(stream.batches).hasSize(before + ms);
            assertThat(stream.last().offsets().get(0) * 37 % 200 + 1).isEqualTo(ms);
        }
    }
}
