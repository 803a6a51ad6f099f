package io.sluice.ingest.ring;

import io.sluice.ingest.delivery.Cause;
import io.sluice.ingest.delivery.DeadLetter;
import io.sluice.ingest.delivery.Header;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Two threads put two replies each into a ring of two slots, so that they have to wait for room: the lane reads each
 * reply once, those of a thread in their order, and is woken.
 */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "all read, each thread's in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "bits: 1 slept through, 2 out of order")
@State
public class ReplyRingStress {
    private static final int EACH = 2;

    private final Doorbell doorbell = new Doorbell();
    private final ReplyRing ring = new ReplyRing(2, doorbell);

    // owned by: lane
    private final int[] next = new int[2];
    private int wrong;

    @Actor
    public void stream() {
        put("0");
    }

    @Actor
    public void publisher() {
        put("1");
    }

    @Actor
    public void lane(I_Result r) {
        int slept = Waiting.forAll(
                doorbell, () -> ring.drain(this::read), ring::hasWork, () -> next[0] + next[1] == 2 * EACH);
        r.r1 = slept | wrong;
    }

    private void put(String thread) {
        for (int i = 0; i < EACH; i++) {
            ring.put(new Reply.PublishFailed(letter(i), thread));
        }
    }

    private void read(Reply reply) {
        if (reply instanceof Reply.PublishFailed failed) {
            int thread = failed.why().charAt(0) - '0';
            if (failed.letter().failedNs() != next[thread]++) {
                wrong |= Waiting.OUT_OF_ORDER;
            }
        }
    }

    @SuppressWarnings("NullAway") // the rings never look at a letter's record
    static DeadLetter letter(long number) {
        return new DeadLetter(null, Cause.REJECT, "", "", Header.NONE, "", number);
    }
}
