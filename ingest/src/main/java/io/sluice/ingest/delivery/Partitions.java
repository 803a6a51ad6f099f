package io.sluice.ingest.delivery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The partitions assigned to a lane: their ledgers, the news for the commit board, and the way they are given up.
 *
 * <ul>
 *   <li>[C1] After {@link Effects#revoked} nothing is said of a partition again.
 *   <li>[C2] While a partition closes, records that were not sent stay in its ledger, so the final position is
 *       below them.
 * </ul>
 */
final class Partitions {
    /** Completions are told this long after they have changed, so that the cost of writing them is bounded. */
    static final long TELL_COMPLETIONS_NS = 100_000_000L;

    private final Map<PartitionEpoch, OffsetLedger> ledgers = new LinkedHashMap<>();
    private final List<OffsetLedger> news = new ArrayList<>();
    private final List<OffsetLedger> closing = new ArrayList<>();
    private final Queues queues;
    private final Effects effects;
    private final Observer observer;
    private final CompletionEncoder completions;
    private final DeliveryStats stats;
    /** Ledgers whose completions have changed since they were told, and when they will be told. */
    private final List<OffsetLedger> behind = new ArrayList<>();

    private long tellNs;

    private int liveRecords;
    private long liveBytes;
    private PartitionEpoch lastPartition;
    private OffsetLedger lastLedger;

    Partitions(Queues queues, Effects effects, Observer observer, CompletionEncoder completions, DeliveryStats stats) {
        this.queues = queues;
        this.effects = effects;
        this.observer = observer;
        this.completions = completions;
        this.stats = stats;
    }

    void assigned(PartitionEpoch partition) {
        ledgers.put(partition, new OffsetLedger(partition));
    }

    /** Null: not assigned, or no longer. */
    OffsetLedger ledger(PartitionEpoch partition) {
        // Records of a partition come in long runs.
        if (partition != lastPartition) {
            lastPartition = partition;
            lastLedger = ledgers.get(partition);
        }
        return lastLedger;
    }

    Iterable<OffsetLedger> all() {
        return ledgers.values();
    }

    void received(OffsetLedger ledger, Entry entry) {
        liveRecords++;
        liveBytes += entry.bytes;
        markNews(ledger);
    }

    /** A record has come back from the parking log; it is in no ledger. */
    void unparked(Entry entry) {
        liveRecords++;
        liveBytes += entry.bytes;
    }

    /** A record came that an earlier owner had settled. */
    void skipped(OffsetLedger ledger, long offset, int bytes) {
        if (!ledger.skip(offset, bytes)) {
            throw new IllegalStateException(ledger.partition + "@" + offset + " came after a later record [L1]");
        }
        stats.skipped.add(1);
        markNews(ledger);
    }

    /** A record is done for good; its entry is free after this. */
    void settled(Entry entry, long nowNs) {
        OffsetLedger ledger = entry.ledger;
        if (entry.parked) {
            ledger.parking.settled(entry);
            liveRecords--;
            liveBytes -= entry.bytes;
            queues.free(entry);
            return;
        }
        if (entry == ledger.oldest()) {
            ledger.movedNs = nowNs;
        }
        ledger.settle(entry);
        liveRecords--;
        liveBytes -= entry.bytes;
        markNews(ledger);
        queues.free(entry);
    }

    void markNews(OffsetLedger ledger) {
        if (!ledger.dirty) {
            ledger.dirty = true;
            news.add(ledger);
        }
    }

    /** Tells the surroundings what has changed since the last call. */
    void tellNews(long nowNs) {
        for (int i = 0; i < news.size(); i++) {
            OffsetLedger ledger = news.get(i);
            ledger.dirty = false;
            if (ledgers.get(ledger.partition) == ledger) {
                effects.progress(ledger.partition, ledger.committable(), ledger.settledRecords, ledger.settledBytes);
                markBehind(ledger, nowNs);
            }
        }
        news.clear();
        if (!behind.isEmpty() && tellNs - nowNs <= 0) {
            tellCompletions(nowNs);
        }
    }

    private void markBehind(OffsetLedger ledger, long nowNs) {
        if (!ledger.behind) {
            if (behind.isEmpty()) {
                tellNs = nowNs + TELL_COMPLETIONS_NS;
            }
            ledger.behind = true;
            behind.add(ledger);
        }
    }

    private void tellCompletions(long nowNs) {
        for (int i = 0; i < behind.size(); i++) {
            OffsetLedger ledger = behind.get(i);
            ledger.behind = false;
            if (ledgers.get(ledger.partition) == ledger) {
                String metadata = encode(ledger, nowNs);
                if (!metadata.equals(ledger.told)) {
                    ledger.told = metadata;
                    effects.completions(ledger.partition, metadata);
                }
            }
        }
        behind.clear();
    }

    private String encode(OffsetLedger ledger, long nowNs) {
        String metadata = completions.encode(ledger, nowNs);
        stats.completionsCut.add(completions.cut() ? 1 : 0);
        return metadata;
    }

    /**
     * Begins to give a partition up. Records below what was already sent still are, so that no hole remains that would
     * make settled records come again; at half time the processors are asked for what they hold.
     */
    void beginClose(OffsetLedger ledger, long deadlineNs, long nowNs) {
        ledger.closing = true;
        ledger.drainTo = ledger.highestSent;
        ledger.closeByNs = deadlineNs;
        ledger.askBackNs = nowNs + (deadlineNs - nowNs) / 2;
        closing.add(ledger);
        unlistWhatMayNotBeSent(ledger);
    }

    private void unlistWhatMayNotBeSent(OffsetLedger ledger) {
        for (KeyQueue queue : ledger.queues()) {
            if (queue.state != KeyQueue.State.BUSY && !ledger.maySend(queue.head)) {
                queues.unlist(queue);
            }
        }
    }

    /** Closing partitions whose time is half over: from now on nothing of them is sent. */
    List<PartitionEpoch> takeBackDue(long nowNs) {
        List<PartitionEpoch> due = new ArrayList<>();
        for (OffsetLedger ledger : closing) {
            if (!ledger.askedBack && ledger.askBackNs - nowNs <= 0 && !ledger.drained()) {
                ledger.askedBack = true;
                ledger.drainTo = -1;
                unlistWhatMayNotBeSent(ledger);
                due.add(ledger.partition);
            }
        }
        return due;
    }

    /** Closes what is ready to be closed. Returns how many partitions were. */
    int closeDue(long nowNs, DeadLetterDesk desk, ParkingDesk parking, boolean streamsUsable) {
        int closed = 0;
        for (int i = closing.size() - 1; i >= 0; i--) {
            OffsetLedger ledger = closing.get(i);
            if (nothingToWaitFor(ledger, streamsUsable) || ledger.closeByNs - nowNs <= 0) {
                closing.remove(i);
                desk.forget(ledger);
                parking.closing(ledger, nowNs);
                close(ledger, nowNs);
                closed++;
            }
        }
        return closed;
    }

    /** Whether no hole of a closing partition can be filled any more, so that waiting would gain nothing. */
    private static boolean nothingToWaitFor(OffsetLedger ledger, boolean streamsUsable) {
        if (ledger.outstanding > 0) {
            return false;
        }
        if (ledger.drained() || ledger.askedBack || !streamsUsable) {
            return true;
        }
        for (KeyQueue queue : ledger.queues()) {
            boolean inTime = queue.state != KeyQueue.State.WAITING || queue.dueNs - ledger.askBackNs < 0;
            if (ledger.maySend(queue.head) && inTime && !queue.endsParking) {
                return false;
            }
        }
        return true;
    }

    boolean anyClosing() {
        return !closing.isEmpty();
    }

    /** Time until something must be told or a closing partition looked at, at most {@code maxNs}. */
    long untilNextNews(long nowNs, long maxNs) {
        long until = untilNextClose(nowNs, maxNs);
        return behind.isEmpty() ? until : Math.min(until, Math.max(0, tellNs - nowNs));
    }

    /** Time until something must be done about a closing partition, at most {@code maxNs}. */
    long untilNextClose(long nowNs, long maxNs) {
        long until = maxNs;
        for (OffsetLedger ledger : closing) {
            long next = ledger.askedBack ? ledger.closeByNs : ledger.askBackNs;
            until = ledger.drained() ? 0 : Math.min(until, Math.max(0, next - nowNs));
        }
        return until;
    }

    /** Closes a partition now, whatever is outstanding. */
    void close(OffsetLedger ledger, long nowNs) {
        closing.remove(ledger);
        long committable = ledger.committable();
        String metadata = encode(ledger, nowNs);
        Entry next;
        for (Entry entry = ledger.oldest(); entry != null; entry = next) {
            next = entry.newer;
            abandon(ledger, entry, nowNs);
        }
        if (ledger.parking != null) {
            ledger.parking.out.values().forEach(entry -> abandon(ledger, entry, nowNs));
        }
        if (ledger.loose != null) {
            queues.discard(ledger.loose);
        }
        ledgers.remove(ledger.partition);
        lastPartition = null;
        effects.revoked(ledger.partition, committable, metadata);
    }

    private void abandon(OffsetLedger ledger, Entry entry, long nowNs) {
        Batch batch = entry.batch;
        KeyQueue queue = entry.queue;
        if (queue != null && queue.ledger == ledger && !queue.loose) {
            // Its other records still name it; it has no ledger from now on.
            queues.discard(queue);
        }
        if (batch != null) {
            batch.settle(entry.index, Batch.GONE);
            batch.stream.settledRecords++;
            batch.stream.settledBytes += entry.bytes;
            closeIfDone(batch, nowNs);
        }
        if (entry.parked) {
            entry.ledger = null;
        } else {
            ledger.unlink(entry);
        }
        liveRecords--;
        liveBytes -= entry.bytes;
        entry.queue = null;
        if (!entry.publishing) {
            queues.free(entry);
        }
    }

    /** Ends a batch whose last record has its outcome. */
    void closeIfDone(Batch batch, long nowNs) {
        if (batch.open == 0) {
            queues.deadlines.cancel(batch);
            batch.stream.batches.remove(batch.id);
            observer.batchDone(nowNs - batch.sentNs);
        }
    }

    /** Assigned ones. */
    int count() {
        return ledgers.size();
    }

    int liveRecords() {
        return liveRecords;
    }

    long liveBytes() {
        return liveBytes;
    }
}
