package io.sluice.ingest.ring;

import io.sluice.ingest.delivery.PartitionEpoch;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * What the poll thread reads of a board only grows, and a position is never seen before the counts that belong to it:
 * otherwise a partition could look settled while its records still count against the budget.
 */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "grew, counts with their position or newer")
@Outcome(
        expect = Expect.FORBIDDEN,
        desc = "bits: 1 went back, 2 records older than position, 4 bytes older than records")
@State
public class CommitBoardStress {
    private final CommitBoard board = new CommitBoard(new PartitionEpoch("t", 0, 1));

    @Actor
    public void lane() {
        board.progress(1, 10, 100);
        board.progress(2, 20, 200);
    }

    @Actor
    public void poll(I_Result r) {
        long committable = board.committable();
        long records = board.settledRecords();
        long bytes = board.settledBytes();
        int wrong = board.committable() < committable ? 1 : 0;
        wrong |= records < 10 * committable ? 2 : 0;
        wrong |= bytes < 10 * records ? 4 : 0;
        r.r1 = wrong;
    }
}
