package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.DeliveryView.Blocker;
import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Delivery with its breaker: what is sent, held, closed and said while nearly everything is rejected. */
class FloodTest {
    private static final FloodPolicy POLICY = new FloodPolicy(true, 0.5, 100, 20, 30_000 * World.MS);

    private final World world =
            new World(Settings.of(Ordering.KEY).flood(POLICY).build());
    private final PartitionEpoch p0 = world.assign("t", 0);
    private long next;

    private void receive(int records) {
        for (int i = 0; i < records; i++) {
            world.receive(p0, next, "k" + next++);
        }
        world.cycle();
    }

    /** Rejects all that comes until nothing does. */
    private void rejectAll(FakeStream stream) {
        int seen = 0;
        while (seen < stream.batches.size()) {
            World.Sent batch = stream.batches.get(seen++);
            stream.answer(batch, verdict(0, batch.size(), Outcome.REJECT));
        }
        stream.batches.clear();
    }

    private void ackAll(FakeStream stream) {
        int seen = 0;
        while (seen < stream.batches.size()) {
            stream.ack(stream.batches.get(seen++));
        }
        stream.batches.clear();
    }

    private DeliveryView view() {
        return world.delivery.view(world.nowNs);
    }

    @Test
    void aProcessorThatRejectsEverythingDeadLettersOnlyTheFirstAndWhatItHolds() {
        receive(1_000);
        FakeStream stream = world.stream(30);
        world.cycle();
        rejectAll(stream);

        assertThat(world.letters).hasSizeBetween(20, 20 + 30);
        assertThat(view().blocker()).isEqualTo(Blocker.DEAD_LETTER_FLOOD);
        assertThat(view().flood().line()).contains("20 dead letters in a row, the last REJECT CODE", "for 30 s");
        int open = world.letters.size();
        world.pass(29_999);
        assertThat(stream.batches).isEmpty();
        assertThat(world.delivery.idleNs(world.nowNs, 1_000 * World.MS)).isEqualTo(World.MS);

        for (int probe = 1; probe <= 5; probe++) {
            world.pass(probe == 1 ? 1 : 30_000L << (probe - 1));
            assertThat(stream.batches).hasSize(1);
            assertThat(stream.last().size()).isEqualTo(FloodBreaker.PROBE_RECORDS);
            rejectAll(stream);
            assertThat(world.letters.size() - open).isLessThanOrEqualTo(probe * FloodBreaker.PROBE_RECORDS);
        }
        assertThat(world.delivery.stats().floods.get()).isEqualTo(6);
        assertThat(world.delivery.partitions().liveRecords()).isEqualTo(1_000);
    }

    @Test
    void onceTheProcessorIsRepairedTheRestIsDelivered() {
        receive(1_000);
        FakeStream stream = world.stream(30);
        world.cycle();
        rejectAll(stream);
        world.letters.forEach(letter -> world.delivery.published(letter, world.nowNs));
        int lettered = world.letters.size();
        stream.die();
        FakeStream repaired = world.stream(30);
        world.pass(30_000);
        assertThat(view().blocker()).isEqualTo(Blocker.PROCESSOR_BUSY);

        ackAll(repaired);

        assertThat(world.delivery.stats().acked.get()).isEqualTo(1_000 - lettered);
        assertThat(world.letters).hasSize(lettered);
        assertThat(world.committable).containsEntry(p0, 1_000L);
        assertThat(view().flood().state()).isEqualTo(Flood.State.CLOSED);
    }

    @Test
    void aRevokedPartitionClosesAtOnceWhileItIsOpen() {
        receive(200);
        FakeStream stream = world.stream(30);
        world.cycle();
        rejectAll(stream);
        world.letters.forEach(letter -> world.delivery.published(letter, world.nowNs));

        world.delivery.revoke(List.of(p0), world.nowNs + 20_000 * World.MS, world.nowNs);
        world.cycle();

        assertThat(world.revoked).containsEntry(p0, (long) world.letters.size());
        assertThat(world.delivery.partitions().liveRecords()).isZero();
    }

    @Test
    void aPartitionRevokedUnderAProbeDoesNotBlockTheNextOne() {
        PartitionEpoch p1 = world.assign("t", 1);
        receive(100);
        FakeStream stream = world.stream(30);
        world.cycle();
        rejectAll(stream);
        for (int i = 0; i < 50; i++) {
            world.receive(p1, i, "x" + i);
        }
        world.pass(30_000);
        assertThat(stream.batches).hasSize(1);

        world.delivery.lost(List.of(p0), world.nowNs);
        world.cycle();

        assertThat(stream.last().partitions()).containsOnly(p1);
        ackAll(stream);
        assertThat(world.delivery.stats().acked.get()).isEqualTo(50);
    }

    @Test
    void aProbeWhoseStreamDiesIsTriedAgain() {
        receive(100);
        FakeStream stream = world.stream(30);
        world.cycle();
        rejectAll(stream);
        world.pass(30_000);
        stream.die();
        assertThat(view().blocker()).as("what is missing now").isEqualTo(Blocker.NO_STREAM);

        FakeStream other = world.stream(30);
        world.cycle();

        assertThat(other.batches).hasSize(1);
        assertThat(other.last().size()).isLessThanOrEqualTo(FloodBreaker.PROBE_RECORDS);
    }

    @Test
    void recordsThatFitNoFrameCountAndStopItToo() {
        for (int i = 0; i < 200; i++) {
            world.receive(p0, i, "k" + i, 5_000);
        }
        FakeStream stream = world.stream(30, 1_000);
        world.cycle();
        world.cycle();
        assertThat(world.letters).hasSize(20).allMatch(letter -> letter.cause() == Cause.TOO_LARGE);
        assertThat(view().flood().line()).contains("the last TOO_LARGE");

        world.pass(30_000);
        world.cycle();

        assertThat(world.letters).hasSizeBetween(21, 20 + FloodBreaker.PROBE_RECORDS);
        assertThat(stream.batches).isEmpty();
    }

    @Test
    void aPipelineThatAProcessorHoldsDoesNotWakeUpForTheProbe() {
        receive(100);
        FakeStream stream = world.stream(30);
        world.cycle();
        List<World.Sent> sent = List.copyOf(stream.batches);
        stream.answer(sent.get(0), verdict(0, 10, Outcome.REJECT));
        stream.answer(sent.get(1), verdict(0, 10, Outcome.REJECT));
        stream.answer(sent.get(2), World.retry(0, 60_000, Scope.PIPELINE), verdict(1, 9, Outcome.REJECT));
        // The first refill goes out before the breaker opens.
        World.Sent refill = stream.last();
        stream.answer(refill, verdict(0, refill.size(), Outcome.REJECT));
        stream.batches.clear();
        world.pass(40_000);
        assertThat(stream.batches).isEmpty();
        assertThat(world.delivery.idleNs(world.nowNs, 100_000 * World.MS)).isEqualTo(20_000 * World.MS);

        world.pass(20_000);

        assertThat(stream.batches).hasSize(1);
    }

    @Test
    void theHeadOfAPartitionSaysThatTheFloodHoldsIt() {
        receive(100);
        FakeStream stream = world.stream(30);
        world.cycle();
        rejectAll(stream);
        world.letters.forEach(letter -> world.delivery.published(letter, world.nowNs));
        world.pass(10_000);

        Head head = view().partitions().get(0).head();

        assertThat(head.where()).isEqualTo(Head.Where.DEAD_LETTER_FLOOD);
        assertThat(head.dueNs()).isEqualTo(20_000 * World.MS);
        assertThat(world.delivery.floodNews().state()).isEqualTo(Flood.State.OPEN);
        assertThat(world.delivery.floodNews()).isNull();
    }
}
