package io.sluice.ingest.delivery;

import java.util.Arrays;

/**
 * What a group's commit says about one partition beyond its offset: which records above it are done, and what is known
 * of failed ones. Made by {@link CompletionCodec#decode}, handed to the lane before the partition's first record.
 * Immutable, any thread.
 */
public final class Completions {
    /** Nothing is known: every record is delivered. */
    public static final Completions NONE = new Completions(new long[0], new long[0], new Note[0], -1);

    /**
     * What is known of a record that failed.
     *
     * @param attempts failures that were its own
     * @param lonelyDeaths streams that ended while it was alone on them
     * @param firstFailedMs when it first failed, in milliseconds since the epoch
     */
    record Note(long offset, int attempts, int lonelyDeaths, long firstFailedMs) {}

    /** Done is {@code [from[i], to[i])}, ascending and apart. */
    final long[] from;

    final long[] to;
    /** By ascending offset. */
    final Note[] notes;
    /** Latest leader epoch of the records that are done; -1: their brokers told none. */
    final int leaderEpoch;

    Completions(long[] from, long[] to, Note[] notes, int leaderEpoch) {
        this.from = from;
        this.to = to;
        this.notes = notes;
        this.leaderEpoch = leaderEpoch;
    }

    /** Whether a record is done, so that its next owner is not given it. */
    boolean isDone(long offset) {
        int at = Arrays.binarySearch(from, offset);
        int run = at >= 0 ? at : -at - 2;
        return run >= 0 && offset < to[run];
    }

    public boolean isEmpty() {
        return from.length == 0 && notes.length == 0;
    }

    /** Offsets in the done ranges; some may belong to no record. */
    public long doneOffsets() {
        long n = 0;
        for (int i = 0; i < from.length; i++) {
            n += to[i] - from[i];
        }
        return n;
    }

    /** Failed records that something is known of. */
    public int noted() {
        return notes.length;
    }
}
