package io.sluice.ingest.ring;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Work that becomes visible before the bell rings is never slept through. As in the rings, it is published by no more
 * than a release store: what keeps the wake-up is the doorbell's own fences.
 */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "saw the work, or was woken for it")
@Outcome(id = "1", expect = Expect.FORBIDDEN, desc = "slept although the bell had rung")
@State
public class DoorbellStress {
    private final Doorbell doorbell = new Doorbell();
    private final AtomicInteger work = new AtomicInteger();

    @Actor
    public void caller() {
        work.setRelease(1);
        doorbell.ring();
    }

    @Actor
    public void sleeper(I_Result r) {
        r.r1 = Waiting.forAll(doorbell, () -> 0, this::hasWork, this::hasWork);
    }

    private boolean hasWork() {
        return work.getAcquire() == 1;
    }
}
