package io.sluice.ingest.delivery;

import java.util.ArrayDeque;

/**
 * All queues of a lane and where each of them is: the table of keys, the ready and suspect lists, the deadlines of
 * those that wait. See {@link KeyQueue} for the states.
 *
 * <ul>
 *   <li>[Q1] A queue is listed in the one place that its state names, and nowhere else.
 *   <li>[Q2] A queue is BUSY exactly while an open batch holds records of it; one of loose records never is.
 *   <li>[Q3] A queue that holds nothing and awaits nothing does not exist; one of loose records stays.
 * </ul>
 */
final class Queues {
    /** Streams that ended under a record before it is only sent as a suspect. */
    static final int SUSPECT_AFTER = 2;

    final QueueList ready = new QueueList();
    final QueueList suspects = new QueueList();
    final Deadlines deadlines;
    /** Queues that began to wait with more records than their share, for {@link ParkingDesk}. */
    final ArrayDeque<KeyQueue> crowded = new ArrayDeque<>();

    private final Ordering ordering;
    private final KeyTable table;
    private final ArrayDeque<KeyQueue> spareQueues = new ArrayDeque<>();
    private final ArrayDeque<Entry> spareEntries = new ArrayDeque<>();

    Queues(Ordering ordering, long hashSeed, Deadlines deadlines) {
        this.ordering = ordering;
        this.table = new KeyTable(hashSeed);
        this.deadlines = deadlines;
    }

    Entry newEntry() {
        Entry entry = spareEntries.pollFirst();
        return entry == null ? new Entry() : entry;
    }

    /** A record can no longer grow too old: it is done, or leaves. */
    void stopAging(Entry entry) {
        if (entry.expiry != null) {
            deadlines.cancel(entry.expiry);
        }
    }

    void free(Entry entry) {
        stopAging(entry);
        entry.clear();
        spareEntries.addFirst(entry);
    }

    /** Puts a record behind those it must follow. */
    void enqueue(OffsetLedger ledger, Entry entry, long nowNs) {
        KeyQueue queue = queueFor(ledger, entry);
        if (ledger.parking != null && !entry.parked && queue.size == 0) {
            queue.endsParking = ParkingDesk.holds(ledger, entry.key);
        }
        queue.addLast(entry);
        switch (queue.state) {
            case IDLE -> rest(queue, nowNs);
            case READY -> ready.records++;
            case SUSPECT -> suspects.records++;
            default -> {}
        }
    }

    /** Decides where a queue goes that no batch holds, and puts it there. */
    void rest(KeyQueue queue, long nowNs) {
        queue.state = KeyQueue.State.IDLE;
        if (queue.size == 0) {
            if (queue.publishing == 0 && !queue.loose) {
                discard(queue);
            }
            return;
        }
        lookAtAge(queue.head, nowNs);
        if (!queue.ledger.maySend(queue.head) || queue.endsParking) {
            return;
        }
        if (queue.held > 0) {
            queue.state = KeyQueue.State.HELD;
            noteCrowd(queue);
        } else if (queue.delayed && queue.notBeforeNs - nowNs > 0) {
            queue.state = KeyQueue.State.WAITING;
            deadlines.schedule(queue, queue.notBeforeNs);
            noteCrowd(queue);
        } else {
            queue.delayed = false;
            list(queue, nowNs);
        }
    }

    /** The time of a record may have ended while its key was at work, or before it was first: that is seen to now. */
    private void lookAtAge(Entry head, long nowNs) {
        AgeLimit.Expiry expiry = head.expiry;
        if (expiry != null && expiry.heapIndex < 0 && !expiry.keepsTurn) {
            deadlines.schedule(expiry, nowNs);
        }
    }

    private void noteCrowd(KeyQueue queue) {
        PartitionParking parking = queue.ledger.parking;
        if (parking != null && queue.key != null && parking.full(queue)) {
            crowded.addLast(queue);
        }
    }

    /** The queue of a key; null: none. */
    KeyQueue find(OffsetLedger ledger, byte[] key) {
        return table.find(ledger, key, table.hash(key));
    }

    /** Marks a listed queue as held by a batch that is being built. */
    void take(KeyQueue queue) {
        unlist(queue);
        queue.state = KeyQueue.State.BUSY;
    }

    /** A queue of its own for a record that a batch holds, or that was just taken out of the loose ones. */
    KeyQueue own(Entry entry) {
        KeyQueue queue = newQueue(entry.ledger);
        queue.state = KeyQueue.State.BUSY;
        queue.addLast(entry);
        return queue;
    }

    /** The first ready queue, with nothing in it that could go without its head. */
    KeyQueue firstReadyAlone(long nowNs) {
        KeyQueue queue = ready.first;
        if (!queue.loose) {
            return queue;
        }
        unlist(queue);
        Entry head = queue.removeFirst();
        rest(queue, nowNs);
        KeyQueue own = own(head);
        own.state = KeyQueue.State.READY;
        own.readySinceNs = nowNs;
        ready.addFirst(own);
        return own;
    }

    /** Sets a time before which the queue is not sent; effective when it next comes to rest. */
    static void delay(KeyQueue queue, long untilNs) {
        queue.notBeforeNs = untilNs;
        queue.delayed = true;
    }

    /** Moves a listed queue to wait until a time. */
    void postpone(KeyQueue queue, long untilNs, long nowNs) {
        unlist(queue);
        delay(queue, untilNs);
        rest(queue, nowNs);
    }

    /** Looks again at a queue whose condition has changed; one that a batch holds comes to rest by itself. */
    void reconsider(KeyQueue queue, long nowNs) {
        if (queue.state != KeyQueue.State.BUSY) {
            unlist(queue);
            rest(queue, nowNs);
        }
    }

    /** Forgets a queue wherever it is. Its records, if any, are the caller's. */
    void discard(KeyQueue queue) {
        unlist(queue);
        if (queue.key != null) {
            table.remove(queue);
        } else if (queue.ledger.single == queue) {
            queue.ledger.single = null;
        } else if (queue.loose) {
            queue.ledger.loose = null;
        }
        queue.clear();
        spareQueues.addFirst(queue);
    }

    /** Takes a queue out of the list or heap it is in. */
    void unlist(KeyQueue queue) {
        switch (queue.state) {
            case READY -> ready.remove(queue);
            case SUSPECT -> suspects.remove(queue);
            case WAITING -> deadlines.cancel(queue);
            default -> {}
        }
        queue.state = KeyQueue.State.IDLE;
    }

    int keys() {
        return table.size();
    }

    private void list(KeyQueue queue, long nowNs) {
        queue.readySinceNs = queue.loose ? queue.head.receivedNs : nowNs;
        if (queue.head.deaths >= SUSPECT_AFTER) {
            queue.state = KeyQueue.State.SUSPECT;
            // In front: a culprit is found by meeting it again at once.
            suspects.addFirst(queue);
        } else {
            queue.state = KeyQueue.State.READY;
            ready.addLast(queue);
        }
    }

    private KeyQueue queueFor(OffsetLedger ledger, Entry entry) {
        if (ordering == Ordering.PARTITION) {
            if (ledger.single == null) {
                ledger.single = newQueue(ledger);
            }
            return ledger.single;
        }
        if (ordering == Ordering.NONE || entry.key == null) {
            return entry.origin == null && entry.deaths == 0 && entry.expiry == null ? loose(ledger) : newQueue(ledger);
        }
        int hash = table.hash(entry.key);
        KeyQueue queue = table.find(ledger, entry.key, hash);
        if (queue == null) {
            queue = newQueue(ledger);
            queue.key = entry.key;
            queue.hash = hash;
            table.add(queue);
        }
        return queue;
    }

    private KeyQueue newQueue(OffsetLedger ledger) {
        KeyQueue queue = spareQueues.pollFirst();
        if (queue == null) {
            queue = new KeyQueue();
        }
        queue.ledger = ledger;
        return queue;
    }

    private KeyQueue loose(OffsetLedger ledger) {
        if (ledger.loose == null) {
            ledger.loose = newQueue(ledger);
            ledger.loose.loose = true;
        }
        return ledger.loose;
    }
}
