package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames of verdicts that are wrong, or say something twice. */
class ResultFramesTest extends OnePartition {
    @Test
    void invalidFramesResolveNothingAndNameWhatWasWrong() {
        record Case(List<VerdictRange> verdicts, String text) {}
        List<Case> cases = List.of(
                new Case(
                        List.of(VerdictRange.ack(0, 4)),
                        "INDEX_RANGE: batch 1 record 0: the range ends at 3; the batch has records 0 to 2"),
                new Case(
                        List.of(VerdictRange.ack(-1, 1)),
                        "INDEX_RANGE: batch 1 record 4294967295: the range ends at -1; the batch has records 0 to 2"),
                new Case(List.of(VerdictRange.ack(0, 0)), "EMPTY_RANGE: batch 1 record 0: count is 0; at least 1"),
                new Case(
                        List.of(VerdictRange.ack(0, 1), verdict(1, 1, null)),
                        "OUTCOME_UNSPECIFIED: batch 1 record 1: outcome is unspecified or unknown; allowed are ACK, RETRY, REJECT, RELEASE"),
                new Case(
                        List.of(VerdictRange.ack(1, 1)),
                        "GROUP_ORDER: batch 1 record 1: ACK before record 0 of the same group has a verdict"),
                new Case(
                        List.of(verdict(0, 1, Outcome.RETRY), VerdictRange.ack(1, 1)),
                        "GROUP_FAILED: batch 1 record 1: ACK after RETRY or RELEASE in the same group; only RELEASE may follow"),
                new Case(
                        List.of(verdict(0, 1, Outcome.RELEASE), verdict(1, 1, Outcome.REJECT)),
                        "GROUP_FAILED: batch 1 record 1: REJECT after RETRY or RELEASE in the same group; only RELEASE may follow"));
        for (Case c : cases) {
            World w = new World(World.SETTINGS);
            PartitionEpoch p = w.assign("t", 0);
            FakeStream stream = w.stream(100);
            w.receive(p, 0, "a");
            w.receive(p, 1, "a");
            w.receive(p, 2, "b");
            w.cycle();
            assertThat(stream.answer(stream.last(), c.verdicts.toArray(VerdictRange[]::new)))
                    .isEqualTo(c.text);
            assertThat(stream.closed).isEqualTo("PROTOCOL_ERROR " + c.text);
            assertThat(w.committable).containsEntry(p, 0L);
            assertThat(w.delivery.stats().acked.get()).isZero();
        }
        FakeStream stream = world.stream(1);
        assertThat(stream.answer(7)).isEqualTo("UNKNOWN_BATCH: batch 7 was never sent on this stream");
    }

    @Test
    void aRepeatedVerdictIsCountedAndTheFirstWins() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "b");
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(0, 1), verdict(0, 1, Outcome.REJECT));
        assertThat(world.letters).isEmpty();
        assertThat(world.delivery.stats().stale(DeliveryStats.Stale.DUPLICATE).get())
                .isEqualTo(1);
    }
}
