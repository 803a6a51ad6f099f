package io.sluice.ingest.delivery;

/**
 * Gives up records that have been failing for too long, also while they wait. The age of a record begins with its
 * first failure of its own ({@link Entry#firstFailedNs}), wherever that was noted. A record that is being worked on, or
 * that waits behind a dead letter or while the {@link FloodBreaker} is open, keeps its turn: if that fails it is given up.
 */
final class AgeLimit {
    /** When a record's time is over. */
    static final class Expiry extends Timed {
        private final Entry entry;
        private String by = "";
        /** Its time ended while it could not be given up: it gets one more attempt. */
        boolean keepsTurn;

        Expiry(Entry entry) {
            this.entry = entry;
        }
    }

    private final long maxAgeNs;
    private final Queues queues;
    private final DeadLetterDesk desk;
    private final FloodBreaker breaker;

    AgeLimit(RetryPolicy retry, Queues queues, DeadLetterDesk desk, FloodBreaker breaker) {
        this.maxAgeNs = retry.maxAgeNs();
        this.queues = queues;
        this.desk = desk;
        this.breaker = breaker;
    }

    /** Whether a record that has failed is too old for an attempt at that time. */
    boolean isOver(Entry entry, long atNs) {
        return maxAgeNs != RetryPolicy.ANY_AGE && atNs - entry.firstFailedNs >= maxAgeNs;
    }

    /**
     * A record has failed, here or with an earlier owner, and is to be tried again.
     *
     * @param by who said so, may be empty
     */
    void watch(Entry entry, String by) {
        if (maxAgeNs == RetryPolicy.ANY_AGE) {
            return;
        }
        if (entry.expiry == null) {
            entry.expiry = new Expiry(entry);
        }
        entry.expiry.by = by;
        queues.deadlines.schedule(entry.expiry, entry.firstFailedNs + maxAgeNs);
    }

    /** A record has left its batch: it has had its turn. {@link Queues#rest} sees to it if its time ended meanwhile. */
    void back(Entry entry) {
        if (entry.expiry != null) {
            entry.expiry.keepsTurn = false;
        }
    }

    /** A record's time is over. */
    void due(Expiry expiry, long nowNs) {
        Entry entry = expiry.entry;
        KeyQueue queue = entry.queue;
        if (entry.batch != null || queue.head != entry) {
            return;
        }
        if (!breaker.closed() || queue.state == KeyQueue.State.HELD) {
            expiry.keepsTurn = true;
            return;
        }
        switch (queue.state) {
            case READY, WAITING, SUSPECT -> {
                queues.unlist(queue);
                queue.removeFirst();
                queue.delayed = false;
                desk.begin(entry, Cause.EXPIRED, entry.lastCode, entry.lastReason, Header.NONE, expiry.by, nowNs);
                queues.rest(queue, nowNs);
            }
            default -> {}
        }
    }
}
