package io.sluice.ingest.delivery;

import io.sluice.ingest.delivery.DeliveryStats.Redelivery;
import io.sluice.ingest.delivery.DeliveryStats.Stale;
import java.util.List;

/** What becomes of records when verdicts arrive, leases run out and streams end. */
final class Settlement {
    /** Why a whole batch is taken back. */
    enum TakeBack {
        LEASE_EXPIRED,
        /** The stream ended, and what was open may have ended it. */
        STREAM_LOST,
        /** The stream ended for a reason that lies elsewhere. */
        STREAM_CLOSED
    }

    private final Queues queues;
    private final Partitions partitions;
    private final DeadLetterDesk desk;
    private final Delays delays;
    private final Suspects suspects;
    private final RetryPolicy retry;
    private final DeliveryStats stats;
    private final Observer observer;
    private final FloodBreaker breaker;
    private final AgeLimit age;

    // A RETRY with scope PIPELINE: nothing is dispatched before holdUntilNs.
    boolean holding;
    long holdUntilNs;

    Settlement(
            Queues queues,
            Partitions partitions,
            DeadLetterDesk desk,
            Delays delays,
            Suspects suspects,
            RetryPolicy retry,
            DeliveryStats stats,
            Observer observer,
            FloodBreaker breaker,
            AgeLimit age) {
        this.queues = queues;
        this.partitions = partitions;
        this.desk = desk;
        this.delays = delays;
        this.suspects = suspects;
        this.retry = retry;
        this.stats = stats;
        this.observer = observer;
        this.breaker = breaker;
        this.age = age;
    }

    /** Whether a processor wants the whole pipeline left alone, still. */
    boolean holds(long nowNs) {
        holding = holding && holdUntilNs - nowNs > 0;
        return holding;
    }

    /** Applies a frame that {@link ResultsCheck} has staged. Returns how many records got their outcome. */
    int apply(StreamState stream, List<BatchVerdicts> frame, long nowNs) {
        int n = 0;
        for (BatchVerdicts verdicts : frame) {
            Batch batch = stream.batches.get(verdicts.batchId());
            for (VerdictRange range : verdicts.verdicts()) {
                if (batch == null) {
                    stats.stale(Stale.BATCH_GONE).add(Math.max(0, range.count()));
                } else {
                    n += applyRange(batch, range, nowNs);
                }
            }
            if (batch != null) {
                suspects.progressed(batch);
                partitions.closeIfDone(batch, nowNs);
            }
        }
        if (n > 0) {
            Streams.proven(stream);
        }
        return n;
    }

    private int applyRange(Batch batch, VerdictRange range, long nowNs) {
        int n = 0;
        int end = range.first() + range.count();
        for (int i = range.first(); i < end; i++) {
            if (batch.staged[i] == Batch.OPEN) {
                stats.stale(batch.outcomes[i] == Batch.GONE ? Stale.REVOKED : Stale.DUPLICATE)
                        .add(1);
                continue;
            }
            batch.staged[i] = Batch.OPEN;
            if (n++ == 0) {
                observer.settled(batch.entry(i).timestampMs);
            }
            applyOne(batch, i, range, nowNs);
        }
        return n;
    }

    private void applyOne(Batch batch, int i, VerdictRange range, long nowNs) {
        Entry entry = leave(batch, i, range.outcome().code);
        entry.deaths = 0;
        if (range.outcome() == Outcome.ACK && entry.queue == null) {
            acked(entry, nowNs);
            return;
        }
        KeyQueue queue = queueOf(entry);
        switch (range.outcome()) {
            case ACK -> {
                queue.removeFirst();
                queue.releases = 0;
                acked(entry, nowNs);
            }
            case REJECT -> {
                queue.removeFirst();
                queue.releases = 0;
                noteFailure(entry, range, nowNs);
                desk.begin(entry, Cause.REJECT, range.code(), range.reason(), range.headers(), by(batch.stream), nowNs);
            }
            case RETRY -> applyRetry(batch.stream, entry, queue, range, nowNs);
            case RELEASE -> {
                stats.redelivered(Redelivery.RELEASED).add(1);
                boolean afterFailure = !batch.firstOfGroup(i) && ResultsCheck.stops(batch.outcomes[i - 1]);
                if (!afterFailure && !batch.stream.draining) {
                    Queues.delay(queue, nowNs + RetryPolicy.releaseDelayNs(++queue.releases));
                }
            }
        }
        if (batch.lastOfGroup(i)) {
            queues.rest(queue, nowNs);
        }
    }

    private void acked(Entry entry, long nowNs) {
        stats.acked.add(1);
        breaker.acked();
        partitions.settled(entry, nowNs);
    }

    /** One that was sent as a loose record gets a queue of its own, now that it has to wait or to be written. */
    private KeyQueue queueOf(Entry entry) {
        return entry.queue == null ? queues.own(entry) : entry.queue;
    }

    private void applyRetry(StreamState stream, Entry entry, KeyQueue queue, VerdictRange range, long nowNs) {
        if (range.scope() == Scope.RECORD) {
            noteFailure(entry, range, nowNs);
            charge(entry, queue, range.code(), range.reason(), range.retryAfterNs(), by(stream), nowNs);
            stats.redelivered(Redelivery.RETRY).add(ended(entry) ? 0 : 1);
            return;
        }
        entry.lastCode = range.code();
        entry.lastReason = range.reason();
        stats.redelivered(Redelivery.RETRY).add(1);
        long askedNs = range.retryAfterNs() >= 0 ? capped(range.retryAfterNs()) : retry.delayNs(1, entry.offset);
        // Nothing counts these failures, so a delay of zero would be a hot loop.
        long untilNs = nowNs + Math.max(askedNs, RetryPolicy.releaseDelayNs(1));
        if (range.scope() == Scope.PARTITION) {
            OffsetLedger ledger = entry.ledger;
            ledger.holdUntilNs = ledger.holding ? later(ledger.holdUntilNs, untilNs) : untilNs;
            ledger.holding = true;
        } else {
            holdUntilNs = holding ? later(holdUntilNs, untilNs) : untilNs;
            holding = true;
        }
    }

    /** Counts an attempt of the head of a queue: it waits, or it has had its last. */
    private void charge(
            Entry entry, KeyQueue queue, String code, String reason, long retryAfterNs, String by, long nowNs) {
        entry.attempts++;
        partitions.markNews(entry.ledger);
        if (entry.attempts >= retry.maxAttempts()) {
            queue.removeFirst();
            desk.begin(entry, Cause.ATTEMPTS, code, reason, Header.NONE, by, nowNs);
            return;
        }
        long askedNs = capped(retryAfterNs);
        if (age.isOver(entry, nowNs + waitNs(entry, queue, askedNs))) {
            queue.removeFirst();
            desk.begin(entry, Cause.EXPIRED, code, reason, Header.NONE, by, nowNs);
        } else if (!delays.move(entry, queue, askedNs, nowNs)) {
            Queues.delay(queue, nowNs + waitNs(entry, queue, askedNs));
            age.watch(entry, by);
        }
    }

    /** Until the next attempt of a record that has just failed: in a retry topic, or where it is. */
    private long waitNs(Entry entry, KeyQueue queue, long askedNs) {
        long inTopicNs = delays.waitNs(entry, queue, askedNs);
        if (inTopicNs >= 0) {
            return inTopicNs;
        }
        return askedNs >= 0 ? askedNs : retry.delayNs(entry.attempts, entry.offset);
    }

    private static boolean ended(Entry entry) {
        return entry.publishing && entry.letter.content instanceof DeadLetter;
    }

    /**
     * Takes the open records of a batch back. In each group only the first of them can have been at work; it alone is
     * charged with what happened.
     */
    void takeBack(Batch batch, TakeBack why, long nowNs) {
        boolean alone = batch.size() == 1;
        for (int i = 0; i < batch.size(); i++) {
            if (batch.outcomes[i] != Batch.OPEN) {
                continue;
            }
            byte before = batch.firstOfGroup(i) ? Batch.OPEN : batch.outcomes[i - 1];
            boolean first = before != Batch.GONE && !ResultsCheck.stops(before);
            Entry entry = leave(batch, i, Batch.GONE);
            KeyQueue queue = queueOf(entry);
            if (first) {
                blame(batch.stream, entry, queue, why, alone && suspects.holds(batch), nowNs);
            }
            Redelivery cause = why == TakeBack.LEASE_EXPIRED ? Redelivery.LEASE_EXPIRED : Redelivery.STREAM_LOST;
            stats.redelivered(cause).add(ended(entry) ? 0 : 1);
            if (batch.lastOfGroup(i)) {
                queues.rest(queue, nowNs);
            }
        }
        suspects.takenBack(batch, why == TakeBack.STREAM_LOST);
        partitions.closeIfDone(batch, nowNs);
    }

    private void blame(StreamState stream, Entry entry, KeyQueue queue, TakeBack why, boolean lonely, long nowNs) {
        switch (why) {
            case LEASE_EXPIRED -> {
                noteFailure(entry, "LEASE_EXPIRED", "not settled within its lease", nowNs);
                charge(entry, queue, entry.lastCode, entry.lastReason, -1, by(stream), nowNs);
            }
            case STREAM_LOST -> {
                entry.deaths++;
                if (lonely && ++entry.lonelyDeaths >= retry.maxDeliveries()) {
                    noteFailure(entry, "POISON", "ended the stream each time it was alone on one", nowNs);
                    queue.removeFirst();
                    desk.begin(entry, Cause.POISON, entry.lastCode, entry.lastReason, Header.NONE, by(stream), nowNs);
                }
            }
            case STREAM_CLOSED -> {}
        }
    }

    /** Gives a record of a batch its outcome there and frees the credit it took. */
    private Entry leave(Batch batch, int index, byte outcome) {
        Entry entry = batch.settle(index, outcome);
        entry.ledger.outstanding--;
        batch.stream.settledRecords++;
        batch.stream.settledBytes += entry.bytes;
        age.back(entry);
        return entry;
    }

    private static void noteFailure(Entry entry, VerdictRange range, long nowNs) {
        noteFailure(entry, range.code(), range.reason(), nowNs);
    }

    private static void noteFailure(Entry entry, String code, String reason, long nowNs) {
        if (entry.firstFailedNs == 0) {
            entry.firstFailedNs = nowNs;
        }
        entry.lastCode = code;
        entry.lastReason = reason;
    }

    private static String by(StreamState stream) {
        StreamInfo info = stream.info;
        return info.name() + '/' + info.version() + ' ' + info.instanceId();
    }

    private static long capped(long retryAfterNs) {
        return Math.min(retryAfterNs, RetryPolicy.MAX_RETRY_AFTER_NS);
    }

    private static long later(long aNs, long bNs) {
        return bNs - aNs > 0 ? bNs : aNs;
    }
}
