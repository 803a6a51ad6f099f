package io.sluice.devkit.sim;

import java.util.Arrays;
import java.util.Iterator;

/**
 * What the metadata of a commit must say, worked out from the reference when the core makes it: which records above the
 * position are done, and what is known of those that failed.
 */
final class Snapshot {
    private final long[] done;
    private final long[] noted;
    private final Note[] notes;
    final int leader;

    /**
     * What is known of a record that failed.
     *
     * @param firstFailedS when it did so first, in seconds by the wall clock
     */
    record Note(int attempts, int lonelyDeaths, long firstFailedS) {}

    private Snapshot(long[] done, long[] noted, Note[] notes, int leader) {
        this.done = done;
        this.noted = noted;
        this.notes = notes;
        this.leader = leader;
    }

    /** Of an assignment as it stands. What it was told and has not met yet is still true. */
    static Snapshot of(EpochModel epoch, Plan plan) {
        Snapshot before = epoch.restored;
        PartitionLog log = epoch.log;
        int from = log.indexOf(epoch.tracker.committable());
        int to = log.indexOf(epoch.lastReceived + 1);
        int firstAhead = before == null ? 0 : above(before.done, epoch.lastReceived);
        int noteAhead = before == null ? 0 : above(before.noted, epoch.lastReceived);
        int carriedDone = before == null ? 0 : before.done.length - firstAhead;
        int carriedNotes = before == null ? 0 : before.noted.length - noteAhead;
        long[] done = new long[Math.max(0, to - from) + carriedDone];
        int n = 0;
        for (int i = from; i < to; i++) {
            if (epoch.tracker.get(log.offset(i)) == null) {
                done[n++] = log.offset(i);
            }
        }
        int size = epoch.tracker.size() + carriedNotes;
        long[] noted = new long[size];
        Note[] notes = new Note[size];
        int m = 0;
        for (Iterator<Rec> it = epoch.tracker.records(); it.hasNext(); ) {
            Rec rec = it.next();
            if (rec.failedHere()) {
                noted[m] = rec.offset;
                long firstS = plan.wallMs(plan.clockStartNs() + rec.firstFailed) / 1_000;
                notes[m++] = new Note(rec.attempts, rec.lonelyDeaths, firstS);
            }
        }
        int leader = epoch.leader;
        if (before != null) {
            System.arraycopy(before.done, firstAhead, done, n, carriedDone);
            System.arraycopy(before.noted, noteAhead, noted, m, carriedNotes);
            System.arraycopy(before.notes, noteAhead, notes, m, carriedNotes);
            leader = Math.max(leader, before.leader);
        }
        return new Snapshot(
                Arrays.copyOf(done, n + carriedDone), Arrays.copyOf(noted, m + carriedNotes), notes, leader);
    }

    private static int above(long[] offsets, long offset) {
        int i = Arrays.binarySearch(offsets, offset + 1);
        return i < 0 ? -i - 1 : i;
    }

    boolean isDone(long offset) {
        return Arrays.binarySearch(done, offset) >= 0;
    }

    boolean isEmpty() {
        return done.length == 0 && noted.length == 0;
    }

    /** What is known of a record; null: nothing. */
    @org.jspecify.annotations.Nullable
    Note note(long offset) {
        int i = Arrays.binarySearch(noted, offset);
        return i < 0 ? null : notes[i];
    }
}
