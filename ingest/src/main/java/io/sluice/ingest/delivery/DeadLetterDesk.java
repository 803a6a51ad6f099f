package io.sluice.ingest.delivery;

import java.util.ArrayDeque;

/**
 * Records on their way to the dead-letter topic or to a retry topic. A record is settled only when its letter is
 * durable. A letter that cannot be written is tried again with backoff for ever; its key waits meanwhile, other keys
 * do not.
 */
final class DeadLetterDesk {
    private final Effects effects;
    private final Queues queues;
    private final Partitions partitions;
    private final RetryPolicy retry;
    private final DeliveryStats stats;
    private final FloodBreaker breaker;
    /** Letters the publisher had no room for, in order. */
    private final ArrayDeque<Letter> waiting = new ArrayDeque<>();

    private int held;
    private String lastFailure = "";

    DeadLetterDesk(
            Effects effects,
            Queues queues,
            Partitions partitions,
            RetryPolicy retry,
            DeliveryStats stats,
            FloodBreaker breaker) {
        this.effects = effects;
        this.queues = queues;
        this.partitions = partitions;
        this.retry = retry;
        this.stats = stats;
        this.breaker = breaker;
    }

    /** Dead-letters a record that has just left the front of its queue. */
    void begin(Entry entry, Cause cause, String code, String reason, Header[] headers, String processor, long nowNs) {
        if (entry.firstFailedNs == 0) {
            entry.firstFailedNs = nowNs;
        }
        send(new DeadLetter(entry, cause, code, reason, headers, processor, nowNs));
        // What others have put into a retry topic says nothing of the processors, and goes the same way however little
        // is sent.
        if (cause != Cause.DECODE) {
            breaker.deadLettered(cause, code, entry.origin != null || entry.parked, nowNs);
        }
    }

    /** Moves a record to a retry topic that has just left the front of its queue. */
    void delay(Entry entry, int tier, long notBeforeNs) {
        send(new Delayed(entry, tier, notBeforeNs));
    }

    private void send(Outgoing content) {
        Entry entry = content.entry();
        Letter letter = new Letter(content);
        entry.letter = letter;
        entry.publishing = true;
        queues.stopAging(entry);
        entry.queue.publishing++;
        entry.ledger.outstanding++;
        waiting.addLast(letter);
    }

    /** Hands waiting letters to the publisher while it has room. Returns how many it took. */
    int offer() {
        int n = 0;
        Letter letter;
        while ((letter = waiting.peekFirst()) != null) {
            if (letter.content.entry().ledger == null) {
                waiting.removeFirst();
                queues.free(letter.content.entry());
            } else if (effects.publish(letter.content)) {
                waiting.removeFirst();
                n++;
            } else {
                break;
            }
        }
        return n;
    }

    /** Time has come to try a letter again. */
    void retry(Letter letter) {
        waiting.addLast(letter);
    }

    void published(Outgoing content, long nowNs) {
        Entry entry = content.entry();
        if (release(entry, nowNs)) {
            if (content instanceof DeadLetter dead) {
                stats.deadLettered(dead.cause()).add(1);
            } else {
                stats.delayed.add(1);
            }
            partitions.settled(entry, nowNs);
        }
    }

    void failed(Outgoing content, String why, long nowNs) {
        Entry entry = content.entry();
        stats.publishFailures.add(1);
        lastFailure = why;
        if (entry.ledger == null) {
            queues.free(entry);
            return;
        }
        Letter letter = entry.letter;
        letter.failures++;
        queues.deadlines.schedule(letter, nowNs + retry.delayNs(letter.failures, entry.offset));
        if (!entry.held) {
            entry.held = true;
            entry.queue.held++;
            held++;
            queues.reconsider(entry.queue, nowNs);
        }
    }

    /** Letters the publisher had no room for, those of partitions that are gone included. */
    int waiting() {
        return waiting.size();
    }

    /** Letters that have failed at least once and are not yet written. */
    int held() {
        return held;
    }

    /** Why the last letter could not be written; empty: none has failed. */
    String lastFailure() {
        return lastFailure;
    }

    /** Stops counting what a closing partition leaves behind. */
    void forget(OffsetLedger ledger) {
        for (Entry e = ledger.oldest(); e != null; e = e.newer) {
            forget(e);
        }
        if (ledger.parking != null) {
            ledger.parking.out.values().forEach(this::forget);
        }
    }

    private void forget(Entry e) {
        if (e.publishing) {
            queues.deadlines.cancel(e.letter);
            if (e.held) {
                held--;
            }
        }
    }

    private boolean release(Entry entry, long nowNs) {
        if (entry.ledger == null) {
            queues.free(entry);
            return false;
        }
        KeyQueue queue = entry.queue;
        queue.publishing--;
        entry.ledger.outstanding--;
        if (entry.held) {
            queue.held--;
            held--;
        }
        if (queue.state == KeyQueue.State.HELD || queue.state == KeyQueue.State.IDLE) {
            queues.rest(queue, nowNs);
        }
        return true;
    }
}
