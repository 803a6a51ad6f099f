package io.sluice.ingest.ring;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Three records through two slots, the first two claimed and published together: each is read once, whole, in order,
 * and the lane is woken. The third takes a slot that was read before, so clearing it must not reach over.
 */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "all read, in order, whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "bits: 1 slept through, 2 out of order, 4 wrong content")
@State
public class RecordRingStress {
    private static final int RECORDS = 3;

    private final Doorbell doorbell = new Doorbell();
    private final RecordRing ring = new RecordRing(2, doorbell);

    // owned by: lane
    private int next;
    private int wrong;

    @Actor
    public void poll() {
        for (int sent = 0; sent < RECORDS; ) {
            int claimed = ring.claim(Math.min(2, RECORDS - sent));
            for (int i = 0; i < claimed; i++) {
                RecordSlot slot = ring.claimed(i);
                slot.offset = sent;
                slot.value = new byte[] {(byte) sent};
                sent++;
            }
            if (claimed == 0) {
                Thread.onSpinWait();
            } else {
                ring.publish();
            }
        }
    }

    @Actor
    public void lane(I_Result r) {
        int slept = Waiting.forAll(doorbell, () -> ring.drain(this::read), ring::hasWork, () -> next == RECORDS);
        r.r1 = slept | wrong;
    }

    private void read(RecordSlot slot) {
        if (slot.offset != next) {
            wrong |= Waiting.OUT_OF_ORDER;
        }
        byte[] value = slot.value;
        if (value == null || value[0] != slot.offset) {
            wrong |= Waiting.WRONG_CONTENT;
        }
        next++;
    }
}
