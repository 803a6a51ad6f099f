package io.sluice.ingest.delivery;

import java.util.ArrayList;
import java.util.List;

/**
 * Records that must go one after the other: those of a key, of a partition, or a single one that is on its own.
 * Exists only while it holds records, or while a dead letter of it is being written. Pooled.
 *
 * <p>Records that wait for no other and have never failed share one queue for each partition until they are sent, see
 * {@link #loose}: a batch takes them out of it, and one that is not acknowledged then gets a queue of its own.
 *
 * <pre>
 *            first record             batch built
 *   (none) ---------------> READY -------------------> BUSY
 *                            ^ ^                        |
 *                  time is up| |    last verdict of the |
 *                            | +---- group, or batch ---+--> WAITING (retry, release, hold)
 *                  WAITING --+       taken back         +--> SUSPECT (its head saw streams die)
 *                                                       +--> HELD    (its dead letter cannot be written)
 *                                                       +--> (none)  (empty)
 * </pre>
 */
final class KeyQueue extends Timed {
    enum State {
        IDLE,
        READY,
        BUSY,
        WAITING,
        SUSPECT,
        HELD
    }

    State state = State.IDLE;
    OffsetLedger ledger;

    /** Null: on its own, not in the table. */
    byte[] key;

    /** Its records are in no order and may be sent together, each as a group of its own. Never BUSY. */
    boolean loose;

    int hash;
    KeyQueue nextInBucket;

    Entry head;
    private Entry tail;
    int size;
    long bytes;

    /** Neighbours in the ready or suspect list. */
    KeyQueue before;

    KeyQueue after;
    long readySinceNs;

    /** Not before this time, while {@link #delayed}. */
    long notBeforeNs;

    boolean delayed;
    /** Releases of the head in a row without progress. */
    int releases;
    /** Records of this queue on their way to the dead-letter topic, and how many of them failed to get there. */
    int publishing;

    int held;

    /** Not sent until it is durable that nothing of the key is parked any more. */
    boolean endsParking;

    void addLast(Entry entry) {
        entry.queue = this;
        entry.nextInQueue = null;
        if (tail == null) {
            head = entry;
        } else {
            tail.nextInQueue = entry;
        }
        tail = entry;
        size++;
        bytes += entry.bytes;
    }

    Entry removeFirst() {
        Entry entry = head;
        head = entry.nextInQueue;
        if (head == null) {
            tail = null;
        }
        entry.nextInQueue = null;
        size--;
        bytes -= entry.bytes;
        return entry;
    }

    /** Takes out all behind the first ones, which are those that were read back and what else fits a share. */
    List<Entry> cut(int most, long mostBytes) {
        Entry last = head;
        int keep = 1;
        long kept = last.bytes;
        for (Entry e; (e = last.nextInQueue) != null && (e.parked || (keep < most && kept < mostBytes)); last = e) {
            keep++;
            kept += e.bytes;
        }
        List<Entry> behind = new ArrayList<>(size - keep);
        Entry next = last.nextInQueue;
        while (next != null) {
            Entry entry = next;
            next = entry.nextInQueue;
            entry.nextInQueue = null;
            bytes -= entry.bytes;
            behind.add(entry);
        }
        last.nextInQueue = null;
        tail = last;
        size = keep;
        return behind;
    }

    void clear() {
        assert heapIndex < 0 && before == null && after == null : "still listed";
        state = State.IDLE;
        ledger = null;
        key = null;
        nextInBucket = null;
        head = null;
        tail = null;
        size = 0;
        bytes = 0;
        loose = false;
        delayed = false;
        releases = 0;
        publishing = 0;
        held = 0;
        endsParking = false;
    }
}
