package io.sluice.ingest.ring;

import io.sluice.ingest.delivery.PartitionEpoch;
import java.util.List;
import java.util.Map;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/**
 * A poll thread with patience gets every answer, one without gets some, each of them whole: what it commits is a
 * position the lane has named.
 */
@JCStressTest
@Outcome(id = "0, 12, 12", expect = Expect.ACCEPTABLE, desc = "the impatient one came first")
@Outcome(id = "5, 12, 12", expect = Expect.ACCEPTABLE, desc = "it saw the first answer")
@Outcome(id = "12, 12, 12", expect = Expect.ACCEPTABLE, desc = "it saw both")
@Outcome(id = "7, 12, 12", expect = Expect.FORBIDDEN, desc = "the second answer without the first")
@Outcome(expect = Expect.FORBIDDEN, desc = "an answer is missing or wrong")
@State
public class RevocationStress {
    private final PartitionEpoch p0 = new PartitionEpoch("t", 0, 1);
    private final PartitionEpoch p1 = new PartitionEpoch("t", 1, 2);
    private final Revocation revocation = new Revocation(List.of(p0, p1), 0, false);

    @Actor
    public void lane() {
        revocation.answer(p0, 5);
        revocation.answer(p1, 7);
    }

    @Actor
    public void impatient(JJJ_Result r) {
        r.r1 = sum(0);
    }

    @Actor
    public void patient(JJJ_Result r) {
        r.r2 = sum(DoorbellStress.LONG_NS);
    }

    @Arbiter
    public void afterwards(JJJ_Result r) {
        r.r3 = sum(0);
    }

    private long sum(long timeoutNs) {
        try {
            Map<PartitionEpoch, Long> positions = revocation.await(timeoutNs);
            return positions.values().stream().mapToLong(Long::longValue).sum();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
