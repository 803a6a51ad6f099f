package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import io.sluice.ingest.delivery.World.Sent;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

/** What a share of failing records costs the others, in virtual time. */
class PoisonLoadTest {
    private static final int RECORDS = 10_000;
    private static final int CREDIT = 100;

    @Test
    void aFifthOfAllRecordsFailingLeavesTheOthersFourFifthsOfTheirRate() {
        // As in confluentinc/parallel-consumer#582: 2,000 failing records, and 504 of 8,000 others were done.
        long alone = cyclesUntilOthersAreDone(offset -> false);
        long beside = cyclesUntilOthersAreDone(offset -> offset % 5 == 0);

        assertThat(alone).isEqualTo(RECORDS / CREDIT);
        assertThat((double) alone / beside).isGreaterThanOrEqualTo(0.8);
    }

    /** Every record has a key of its own; every cycle is a millisecond, in which all that was sent is answered. */
    private static long cyclesUntilOthersAreDone(LongPredicate fails) {
        World world = new World(World.settings(Ordering.KEY));
        PartitionEpoch partition = world.assign("t", 0);
        FakeStream stream = world.stream(CREDIT);
        for (int i = 0; i < RECORDS; i++) {
            world.receive(partition, i, "k" + i);
        }
        int answered = 0;
        long open = RECORDS;
        for (long cycles = 0; ; cycles++) {
            world.nowNs += World.MS;
            world.delivery.tick(world.nowNs);
            world.delivery.dispatch(world.nowNs);
            int sent = stream.batches.size();
            for (; answered < sent; answered++) {
                Sent batch = stream.batches.get(answered);
                VerdictRange[] verdicts = new VerdictRange[batch.size()];
                for (int i = 0; i < verdicts.length; i++) {
                    boolean failed = fails.test(batch.offsets().get(i));
                    verdicts[i] = failed ? World.verdict(i, 1, Outcome.RETRY) : VerdictRange.ack(i, 1);
                    open -= failed && batch.attempts().get(i) > 1 ? 0 : 1;
                }
                world.delivery.results(
                        stream,
                        java.util.List.of(new BatchVerdicts(batch.id(), java.util.List.of(verdicts))),
                        world.nowNs);
            }
            // A failing record is no longer waited for once it has failed: it is the others that count.
            if (open == 0) {
                return cycles + 1;
            }
        }
    }
}
