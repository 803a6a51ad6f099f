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
    private final int[] attempts;
    private final int[] lonelyDeaths;
    final int leader;

    private Snapshot(long[] done, long[] noted, int[] attempts, int[] lonelyDeaths, int leader) {
        this.done = done;
        this.noted = noted;
        this.attempts = attempts;
        this.lonelyDeaths = lonelyDeaths;
        this.leader = leader;
    }

    /** Of an assignment as it stands. What it was told and has not met yet is still true. */
    static Snapshot of(EpochModel epoch) {
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
        int[] attempts = new int[size];
        int[] lonely = new int[size];
        int m = 0;
        for (Iterator<Rec> it = epoch.tracker.records(); it.hasNext(); ) {
            Rec rec = it.next();
            if (rec.attempts > 0 || rec.lonelyDeaths > 0) {
                noted[m] = rec.offset;
                attempts[m] = rec.attempts;
                lonely[m++] = rec.lonelyDeaths;
            }
        }
        int leader = epoch.leader;
        if (before != null) {
            System.arraycopy(before.done, firstAhead, done, n, carriedDone);
            System.arraycopy(before.noted, noteAhead, noted, m, carriedNotes);
            System.arraycopy(before.attempts, noteAhead, attempts, m, carriedNotes);
            System.arraycopy(before.lonelyDeaths, noteAhead, lonely, m, carriedNotes);
            leader = Math.max(leader, before.leader);
        }
        return new Snapshot(
                Arrays.copyOf(done, n + carriedDone), Arrays.copyOf(noted, m + carriedNotes), attempts, lonely, leader);
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

    /** Gives a record that is met again what is known of it. */
    void recall(Rec rec, int maxAttempts, int maxDeliveries) {
        int i = Arrays.binarySearch(noted, rec.offset);
        if (i >= 0) {
            rec.attempts = Math.min(attempts[i], maxAttempts - 1);
            rec.lonelyDeaths = Math.min(lonelyDeaths[i], maxDeliveries - 1);
            rec.deaths = rec.lonelyDeaths > 0 ? StreamJudge.SUSPECT_AFTER : 0;
        }
    }
}
