package io.sluice.ingest.ring;

import io.sluice.ingest.delivery.PartitionEpoch;
import java.util.List;
import java.util.Map;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * A poll thread without patience gets some answers, with patience every one; what it commits is a position the lane has
 * named.
 */
@JCStressTest
@Outcome(id = "0, 12", expect = Expect.ACCEPTABLE, desc = "without patience: nothing yet")
@Outcome(id = "5, 12", expect = Expect.ACCEPTABLE, desc = "the first answer")
@Outcome(id = "12, 12", expect = Expect.ACCEPTABLE, desc = "both")
@Outcome(id = "7, 12", expect = Expect.FORBIDDEN, desc = "the second answer without the first")
@Outcome(expect = Expect.FORBIDDEN, desc = "an answer is missing or wrong")
@State
public class RevocationStress {
    private final PartitionEpoch p0 = new PartitionEpoch("t", 0, 1);
    private final PartitionEpoch p1 = new PartitionEpoch("t", 1, 2);
    private final Revocation revocation = new Revocation(List.of(p0, p1), 0, false);

    @Actor
    public void lane() {
        revocation.answer(p0, new Position(5, ""));
        revocation.answer(p1, new Position(7, ""));
    }

    @Actor
    public void poll(JJ_Result r) {
        r.r1 = sum(0);
        r.r2 = sum(Waiting.LONG_NS);
    }

    private long sum(long timeoutNs) {
        try {
            Map<PartitionEpoch, Position> positions = revocation.await(timeoutNs);
            return positions.values().stream().mapToLong(Position::offset).sum();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
