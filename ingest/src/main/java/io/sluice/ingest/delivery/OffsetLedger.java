package io.sluice.ingest.delivery;

import java.util.ArrayList;
import java.util.List;

/**
 * The received and unsettled records of one {@link PartitionEpoch}, in offset order.
 *
 * <p>Implementation note. The records in flight are in memory anyway, so the ledger is a list through their entries:
 * what was received and is not in the list is settled. Settling in any order is O(1), the window may be of any
 * width, and gaps in the offsets cost nothing because no offset is ever computed from another.
 *
 * <ul>
 *   <li>[L1] Offsets are appended in ascending order.
 *   <li>[L2] {@link #committable()} is at most the offset of every live entry, and never decreases.
 * </ul>
 */
final class OffsetLedger {
    final PartitionEpoch partition;

    private Entry oldest;
    private Entry newest;
    private int live;
    private long lastOffset = -1;
    /** Where the consumer stands after the last record received; -1: nothing heard yet. */
    private long position = -1;

    long settledRecords;
    long settledBytes;
    /** When the committable position last moved because a record was settled; 0: never. */
    long movedNs;
    /** Records in open batches or on their way to the dead-letter topic. */
    int outstanding;
    /** No dispatch before this time, while {@link #holding}. */
    long holdUntilNs;

    boolean holding;
    /** Highest offset ever sent; -1: none. */
    long highestSent = -1;
    /** Being given up: only records up to {@link #drainTo} are still sent; ends at {@link #closeByNs}. */
    boolean closing;

    /** What is unsettled up to here leaves holes below records that are done; filling them avoids duplicates. */
    long drainTo;

    long closeByNs;
    /** When what is still open is asked back from processors, and nothing more is sent at all. */
    long askBackNs;

    boolean askedBack;
    /** In the list of ledgers with news. */
    boolean dirty;

    /** In the list of ledgers whose completions are to be written anew. */
    boolean behind;
    /** The completions last told. */
    String told = "";

    /** What the last owner left done above the committable position; null: nothing, or it has been used up. */
    private Restored restored;
    /** Latest leader epoch of the records received; -1: none was told. */
    private int leaderEpoch = -1;

    /** Null: nothing of this partition is parked, ever. */
    PartitionParking parking;

    /** With PARTITION order: the one queue. */
    KeyQueue single;

    /** What waits for nothing but to be sent; see {@link KeyQueue#loose}. Null: nothing yet. */
    KeyQueue loose;

    OffsetLedger(PartitionEpoch partition) {
        this.partition = partition;
    }

    /**
     * Adds a record just received.
     *
     * @return false if its offset is not above the last one: it was received before
     */
    boolean append(Entry entry) {
        if (entry.offset <= lastOffset) {
            return false;
        }
        lastOffset = entry.offset;
        position = Math.max(position, entry.offset + 1);
        entry.ledger = this;
        entry.ordinal = settledRecords + live;
        entry.older = newest;
        if (newest == null) {
            oldest = entry;
        } else {
            newest.newer = entry;
        }
        newest = entry;
        live++;
        return true;
    }

    void restore(Completions completions) {
        restored = completions.isEmpty() ? null : new Restored(completions);
    }

    /**
     * Whether a record just received was settled by an earlier owner. Call for each, in order, before {@link #append} or
     * {@link #skip}.
     */
    boolean doneBefore(long offset, int recordsLeaderEpoch) {
        leaderEpoch = Math.max(leaderEpoch, recordsLeaderEpoch);
        if (restored == null) {
            return false;
        }
        if (restored.usedUp() || recordsLeaderEpoch > restored.completions().leaderEpoch) {
            // Of a later leader than all that was done, like everything above it: the log was cut off and written
            // again.
            restored = null;
            return false;
        }
        return restored.done(offset);
    }

    /** What an earlier owner knew of a record just received; null: nothing. */
    Completions.Note note(long offset) {
        return restored == null ? null : restored.note(offset);
    }

    /** Passes a record that was done before. False as in {@link #append}. */
    boolean skip(long offset, int bytes) {
        if (offset <= lastOffset) {
            return false;
        }
        lastOffset = offset;
        position = Math.max(position, offset + 1);
        settledRecords++;
        settledBytes += bytes;
        return true;
    }

    /** The consumer's position, after all records received so far; may be far above the last of them. */
    void position(long next) {
        position = Math.max(position, next);
    }

    /** Every record below has arrived; -1: nothing heard yet. */
    long position() {
        return position;
    }

    /** A record's outcome is terminal. */
    void settle(Entry entry) {
        unlink(entry);
        settledRecords++;
        settledBytes += entry.bytes;
    }

    /** Takes a record out of the list without an outcome; only while the ledger is given up. */
    void unlink(Entry entry) {
        if (entry.older == null) {
            oldest = entry.newer;
        } else {
            entry.older.newer = entry.newer;
        }
        if (entry.newer == null) {
            newest = entry.older;
        } else {
            entry.newer.older = entry.older;
        }
        entry.older = null;
        entry.newer = null;
        entry.ledger = null;
        live--;
    }

    /** Every record received below this offset has a terminal outcome; -1: nothing heard yet. */
    long committable() {
        return oldest == null ? position : oldest.offset;
    }

    /** Whether a record may be sent: of a closing partition only what fills a hole. */
    boolean maySend(Entry entry) {
        return !closing || entry.offset <= drainTo;
    }

    /** Whether a closing partition has nothing left to wait for. */
    boolean drained() {
        return outstanding == 0 && (oldest == null || oldest.offset > drainTo);
    }

    /** The record that holds the committable position; null: none is live. */
    Entry oldest() {
        return oldest;
    }

    /** Records that have an outcome and lie above the oldest that has none; everything below it has one. */
    long settledAbove() {
        return oldest == null ? 0 : settledRecords - oldest.ordinal;
    }

    /** How long the committable position has not moved; meaningful while a record is live. */
    long stillNs(long nowNs) {
        long receivedNs = oldest.receivedNs;
        return nowNs - (movedNs != 0 && movedNs - receivedNs > 0 ? movedNs : receivedNs);
    }

    /** The queues that hold records, each once, found by their heads. */
    List<KeyQueue> queues() {
        List<KeyQueue> found = new ArrayList<>();
        for (Entry e = oldest; e != null; e = e.newer) {
            addIfHead(found, e);
        }
        if (parking != null) {
            parking.out.values().forEach(e -> addIfHead(found, e));
        }
        return found;
    }

    private static void addIfHead(List<KeyQueue> found, Entry e) {
        if (e.queue != null && e.queue.head == e) {
            found.add(e.queue);
        }
    }

    int live() {
        return live;
    }

    /** Offset of the last record received; -1: none. */
    long lastOffset() {
        return lastOffset;
    }

    /** Null: nothing is left to be heard of. */
    Restored restored() {
        return restored;
    }

    /** Latest leader epoch of the records that are done; -1: not known. */
    int latestLeaderEpoch() {
        return restored == null ? leaderEpoch : Math.max(leaderEpoch, restored.completions().leaderEpoch);
    }
}
