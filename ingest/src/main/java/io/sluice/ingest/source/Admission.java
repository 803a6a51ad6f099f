package io.sluice.ingest.source;

/**
 * The budget of one lane: decides whether one more record of a partition may enter. Pure; owned by: poll thread.
 *
 * <p>Rules:
 *
 * <ol>
 *   <li>A partition that holds nothing may take one record while there is any room at all, however large the record
 *       is. So nothing is ever too large to move, and a lane full of one partition's records still feeds the others.
 *   <li>A partition that holds something takes more only from the common part, seven eighths of the budget, and only
 *       up to {@link #ALPHA} times what is free there. So the share of a partition shrinks as the lane fills, and one
 *       that is stuck leaves a third of the common part to the rest. A partition that is alone may take all.
 * </ol>
 *
 * <p>Bound: records never exceed the budget; bytes exceed it by less than one record.
 */
final class Admission {
    /** A partition may hold this many times what is free. */
    static final int ALPHA = 2;

    private static final int RESERVED_SHARE = 8;

    private final long maxRecords;
    private final long maxBytes;

    private long usedRecords;
    private long usedBytes;
    private int partitions;

    Admission(long maxRecords, long maxBytes) {
        if (maxRecords < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "a lane's budget must be positive: " + maxRecords + " records, " + maxBytes + " bytes");
        }
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
    }

    /** What is in flight in all partitions of the lane, as just counted. */
    void refresh(int partitions, long usedRecords, long usedBytes) {
        this.partitions = partitions;
        this.usedRecords = usedRecords;
        this.usedBytes = usedBytes;
    }

    /** Whether a record of this size may join a partition that holds this much. */
    boolean admits(long heldRecords, long heldBytes, long bytes) {
        if (usedRecords == 0) {
            return true;
        }
        if (heldRecords <= 0) {
            return usedRecords < maxRecords && usedBytes < maxBytes;
        }
        if (partitions <= 1) {
            return usedRecords < maxRecords && usedBytes + bytes <= maxBytes;
        }
        long freeRecords = common(maxRecords) - usedRecords;
        long freeBytes = common(maxBytes) - usedBytes;
        return freeRecords >= 1
                && freeBytes >= bytes
                && heldRecords < ALPHA * freeRecords
                && heldBytes + bytes <= ALPHA * freeBytes;
    }

    /** Counts an admitted record. */
    void take(long bytes) {
        usedRecords++;
        usedBytes += bytes;
    }

    /** Takes back a {@link #take(long)} that did not happen after all. */
    void giveBack(long bytes) {
        usedRecords--;
        usedBytes -= bytes;
    }

    long usedRecords() {
        return usedRecords;
    }

    long usedBytes() {
        return usedBytes;
    }

    private static long common(long max) {
        return max - max / RESERVED_SHARE;
    }
}
