package io.sluice.ingest.ring;

import io.sluice.ingest.delivery.Cause;
import io.sluice.ingest.delivery.DeadLetter;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.Outgoing;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Three replies through two slots, so that the stream has to wait for room: the lane reads each once, in order, and is
 * woken.
 */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "all read, in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "bits: 1 slept through, 2 out of order")
@State
public class ReplyRingStress {
    private static final int REPLIES = 3;

    private final Doorbell doorbell = new Doorbell();
    private final ReplyRing ring = new ReplyRing(2, doorbell);

    // owned by: lane
    private int next;
    private int wrong;

    @Actor
    public void stream() {
        for (int i = 0; i < REPLIES; i++) {
            ring.put(reply(i, "stream"));
        }
    }

    @Actor
    public void lane(I_Result r) {
        int slept = Waiting.forAll(doorbell, () -> ring.drain(this::read), ring::hasWork, () -> next == REPLIES);
        r.r1 = slept | wrong;
    }

    private void read(Reply reply) {
        if (number(reply) != next++) {
            wrong |= Waiting.OUT_OF_ORDER;
        }
    }

    static Reply reply(long number, String thread) {
        return new Reply.PublishFailed(letter(number), thread);
    }

    static long number(Reply reply) {
        return reply instanceof Reply.PublishFailed failed ? number(failed.letter()) : -1;
    }

    static long number(Outgoing letter) {
        return letter instanceof DeadLetter dead ? dead.failedNs() : -1;
    }

    @SuppressWarnings("NullAway") // the rings never look at a letter's record
    static DeadLetter letter(long number) {
        return new DeadLetter(null, Cause.REJECT, "", "", Header.NONE, "", number);
    }
}
