package io.sluice.ingest.delivery;

/** A list of queues, linked through them; a queue is in one list at a time. Counts the records in it. */
final class QueueList {
    KeyQueue first;
    private KeyQueue last;
    private int queues;
    /** Records in the queues of this list; whoever adds to a listed queue adds here too. */
    int records;

    void addLast(KeyQueue queue) {
        queue.before = last;
        queue.after = null;
        if (last == null) {
            first = queue;
        } else {
            last.after = queue;
        }
        last = queue;
        queues++;
        records += queue.size;
    }

    void addFirst(KeyQueue queue) {
        queue.before = null;
        queue.after = first;
        if (first == null) {
            last = queue;
        } else {
            first.before = queue;
        }
        first = queue;
        queues++;
        records += queue.size;
    }

    void remove(KeyQueue queue) {
        if (queue.before == null) {
            first = queue.after;
        } else {
            queue.before.after = queue.after;
        }
        if (queue.after == null) {
            last = queue.before;
        } else {
            queue.after.before = queue.before;
        }
        queue.before = null;
        queue.after = null;
        queues--;
        records -= queue.size;
    }

    boolean isEmpty() {
        return first == null;
    }

    int size() {
        return queues;
    }
}
