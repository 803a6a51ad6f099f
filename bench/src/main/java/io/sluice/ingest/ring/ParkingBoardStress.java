package io.sluice.ingest.ring;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Reads of the parking log are handed over once each, whole, in order; who sees the log claimed sees where its reader has to
 * begin as well; what is read of a board only grows.
 */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "all reads, in order, and nothing before what it follows")
@Outcome(
        expect = Expect.FORBIDDEN,
        desc =
                "bits: 2 reads out of order or lost, 4 wrong content, 16 claimed without a position, 32 position went back")
@State
public class ParkingBoardStress {
    private static final int READS = 3;
    private static final int NO_POSITION = 16;
    private static final int WENT_BACK = 32;

    private final ParkingBoard board = new ParkingBoard();

    // owned by: poll, then the arbiter
    private int next;
    private int wrong;

    @Actor
    public void lane() {
        board.position(7);
        board.claim();
        for (int i = 0; i < READS; i++) {
            board.read(new long[] {i, i + 1});
        }
        board.position(8);
    }

    @Actor
    public void poll() {
        boolean claimed = board.claimed();
        long before = board.position();
        drain();
        wrong |= claimed && before < 7 ? NO_POSITION : 0;
        wrong |= next > 0 && !board.claimed() ? NO_POSITION : 0;
        wrong |= board.position() < before ? WENT_BACK : 0;
    }

    @Arbiter
    public void rest(I_Result r) {
        drain();
        r.r1 = wrong | (next == READS ? 0 : Waiting.OUT_OF_ORDER);
    }

    private void drain() {
        for (long[] places; (places = board.nextRead()) != null; next++) {
            wrong |= places[0] != next ? Waiting.OUT_OF_ORDER : 0;
            wrong |= places[1] != next + 1 ? Waiting.WRONG_CONTENT : 0;
        }
    }
}
