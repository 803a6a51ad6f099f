package io.sluice.ingest.ring;

import io.sluice.ingest.delivery.Outgoing;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Three letters through two slots, a refused one offered again: the publisher reads each once, in order, is woken for
 * it, and every refusal is counted.
 */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "all read, in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "bits: 1 slept through, 2 out of order, 8 refusals not counted")
@State
public class PublishRingStress {
    private static final int LETTERS = 3;

    private final PublishRing ring = new PublishRing(2);
    private int refused;

    // owned by: publisher
    private int next;
    private int wrong;

    @Actor
    public void lane(I_Result r) {
        for (int sent = 0; sent < LETTERS; ) {
            if (ring.offer(ReplyRingStress.letter(sent))) {
                sent++;
            } else {
                refused++;
                Thread.onSpinWait();
            }
        }
        if (ring.fullCount() != refused) {
            r.r1 = Waiting.NOT_COUNTED;
        }
    }

    @Actor
    public void publisher(I_Result r) {
        wrong |= Waiting.forAll(ns -> ring.await(ns, () -> false), () -> ring.drain(this::read), () -> next == LETTERS);
        if (wrong != 0) {
            r.r1 = wrong;
        }
    }

    private void read(Outgoing letter) {
        if (ReplyRingStress.number(letter) != next++) {
            wrong |= Waiting.OUT_OF_ORDER;
        }
    }
}
