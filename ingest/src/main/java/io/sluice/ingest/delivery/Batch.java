package io.sluice.ingest.delivery;

/**
 * Records sent together on one stream under one lease. Records of one group stand side by side.
 *
 * <p>Each record is open until it has an outcome: a verdict, or {@link #GONE} when it was taken back. A record
 * with an outcome may already belong to somebody else, so its entry is no longer held here.
 */
public final class Batch extends Timed {
    static final byte OPEN = 0;
    static final byte GONE = 5;

    final long id;
    final StreamState stream;
    final long sentNs;
    private final Entry[] entries;
    private final int[] groups;
    /** {@link #OPEN}, {@link #GONE} or an {@link Outcome#code}. */
    final byte[] outcomes;
    /** Verdicts of the frame under examination, not yet applied. */
    final byte[] staged;

    int open;
    final long bytes;

    /**
     * @param groups ascending group numbers, one for each entry
     */
    Batch(long id, StreamState stream, Entry[] entries, int[] groups, long bytes, long sentNs) {
        this.id = id;
        this.stream = stream;
        this.entries = entries;
        this.groups = groups;
        this.outcomes = new byte[entries.length];
        this.staged = new byte[entries.length];
        this.open = entries.length;
        this.bytes = bytes;
        this.sentNs = sentNs;
    }

    public long id() {
        return id;
    }

    public int size() {
        return entries.length;
    }

    /** The record at an index; null once it has an outcome. */
    public Entry entry(int index) {
        return entries[index];
    }

    /** Group number of the record at an index. */
    public int group(int index) {
        return groups[index];
    }

    /** Sum of {@link Entry#bytes()}. */
    public long bytes() {
        return bytes;
    }

    boolean lastOfGroup(int index) {
        return index + 1 == entries.length || groups[index + 1] != groups[index];
    }

    boolean firstOfGroup(int index) {
        return index == 0 || groups[index - 1] != groups[index];
    }

    /** Gives the record at an index its outcome and lets go of the entry. */
    Entry settle(int index, byte outcome) {
        Entry entry = entries[index];
        assert outcomes[index] == OPEN : "settled twice: " + entry;
        outcomes[index] = outcome;
        entries[index] = null;
        entry.batch = null;
        open--;
        return entry;
    }
}
