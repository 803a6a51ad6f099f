package io.sluice.ingest.ring;

import io.sluice.ingest.delivery.PartitionEpoch;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * What the poll thread reads of a board only grows, a position is never seen before the counts that belong to it, and
 * completions never with a position older than the one they were written for: they say what is done above it, so that
 * a commit of both would name records done twice, or others not at all.
 */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "grew, everything with what it belongs to or newer")
@Outcome(
        expect = Expect.FORBIDDEN,
        desc = "bits: 1 went back, 2 records older than position, 4 bytes older than records, 8 completions newer")
@State
public class CommitBoardStress {
    private final CommitBoard board = new CommitBoard(new PartitionEpoch("t", 0, 1));

    @Actor
    public void lane() {
        board.progress(1, 10, 100);
        board.completions("1");
        board.progress(2, 20, 200);
        board.completions("2");
    }

    @Actor
    public void poll(I_Result r) {
        Position position = board.position();
        long records = board.settledRecords();
        long bytes = board.settledBytes();
        String completions = position.completions();
        int wrong = board.position().offset() < position.offset() ? 1 : 0;
        wrong |= records < 10 * position.offset() ? 2 : 0;
        wrong |= bytes < 10 * records ? 4 : 0;
        wrong |= !completions.isEmpty() && Long.parseLong(completions) > position.offset() ? 8 : 0;
        r.r1 = wrong;
    }
}
