package io.sluice.ingest.ring;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads put replies at the same time: none overwrites another, and those of a thread stay in their order. */
@JCStressTest
@Outcome(id = "4, 0", expect = Expect.ACCEPTABLE, desc = "all there, each thread's in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "how many are there; bits: 2 out of order")
@State
public class ReplyRingProducersStress {
    private final ReplyRing ring = new ReplyRing(4, new Doorbell());

    private int seen;
    private int wrong;
    private long lastOfStream = -1;
    private long lastOfPublisher = -1;

    @Actor
    public void stream() {
        ring.put(ReplyRingStress.reply(0, "stream"));
        ring.put(ReplyRingStress.reply(1, "stream"));
    }

    @Actor
    public void publisher() {
        ring.put(ReplyRingStress.reply(10, "publisher"));
        ring.put(ReplyRingStress.reply(11, "publisher"));
    }

    @Arbiter
    public void lane(II_Result r) {
        ring.drain(this::read);
        r.r1 = seen;
        r.r2 = wrong;
    }

    private void read(Reply reply) {
        long number = ReplyRingStress.number(reply);
        boolean ofStream = number < 10;
        wrong |= number <= (ofStream ? lastOfStream : lastOfPublisher) ? Waiting.OUT_OF_ORDER : 0;
        if (ofStream) {
            lastOfStream = number;
        } else {
            lastOfPublisher = number;
        }
        seen++;
    }
}
