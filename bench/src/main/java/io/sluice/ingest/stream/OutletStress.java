package io.sluice.ingest.stream;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/**
 * A lane that was told "not ready" hears when that changes. The transport becomes ready while the lane looks; a lane
 * that sees it writes a frame, which fills it, and looks again; only then does it become ready once more.
 *
 * <p>Results: the lane was told at its last look to wait; it was told of the first change; of the second.
 */
@JCStressTest
@Outcome(id = "true, false, true", expect = Expect.ACCEPTABLE, desc = "waited, was told of the second change")
@Outcome(id = "true, true, false", expect = Expect.ACCEPTABLE, desc = "waited, was told of the first")
@Outcome(id = "true, true, true", expect = Expect.ACCEPTABLE, desc = "waited twice, was told twice")
@Outcome(id = "false, .*", expect = Expect.ACCEPTABLE, desc = "did not have to wait")
@Outcome(id = "true, false, false", expect = Expect.FORBIDDEN, desc = "waits, and nobody will tell it")
@State
public class OutletStress {
    private final OneFrameCall call = new OneFrameCall();
    private final Outlet outlet = new Outlet(call);

    @Actor
    public void lane(ZZZ_Result r) {
        boolean ready = outlet.ready();
        if (ready) {
            call.fill();
            ready = outlet.ready();
        }
        r.r1 = !ready;
    }

    @Actor
    public void transport(ZZZ_Result r) {
        call.empty();
        r.r2 = outlet.tellReady();
    }

    @Arbiter
    public void later(ZZZ_Result r) {
        if (!call.isReady()) {
            call.empty();
            r.r3 = outlet.tellReady();
        }
    }
}
