package io.sluice.ingest.delivery;

import java.util.Arrays;

/** Fills batches from waiting queues within what the batch settings, the stream's credit and its frame size allow. */
final class BatchBuilder {
    private final int maxRecords;
    private final long maxBytes;
    private final Queues queues;
    private final FloodBreaker breaker;

    // The batch being built.
    private Entry[] entries = new Entry[512];
    private int[] groups = new int[512];
    private int size;
    private int group;
    private long bytes;
    private long wire;
    private long recordLimit;
    private long byteLimit;
    private long wireLimit;
    /** Limit in bytes for the first record: a record above the batch size travels alone. */
    private long firstLimit;

    BatchBuilder(DeliverySettings settings, Queues queues, FloodBreaker breaker) {
        this.maxRecords = settings.batchRecords();
        this.maxBytes = settings.batchBytes();
        this.queues = queues;
        this.breaker = breaker;
    }

    /**
     * Takes runs from the front of the ready list. Stops before a record that does not fit the frame, unless it is
     * the first.
     *
     * @return null: the first ready queue must wait, for a time or for this stream's credit
     */
    Batch fromReady(StreamState stream, long nowNs) {
        begin(stream, maxRecords, nowNs);
        while (size < recordLimit) {
            KeyQueue queue = queues.ready.first;
            if (queue == null) {
                break;
            }
            if (holdBack(queue, nowNs)) {
                continue;
            }
            if (!fits(queue.head)) {
                break;
            }
            if (queue.loose) {
                addLoose(queue, nowNs);
            } else {
                queues.take(queue);
                addRun(queue);
            }
        }
        return end(stream, nowNs);
    }

    /** Takes the heads of up to {@code count} suspects. */
    Batch fromSuspects(StreamState stream, int count, long nowNs) {
        begin(stream, Math.min(maxRecords, count), nowNs);
        while (size < recordLimit) {
            KeyQueue queue = queues.suspects.first;
            if (queue == null) {
                break;
            }
            if (holdBack(queue, nowNs)) {
                continue;
            }
            if (!fits(queue.head)) {
                break;
            }
            queues.take(queue);
            add(queue.head, group++);
        }
        return end(stream, nowNs);
    }

    /** A partition that a processor wants left alone: its queues wait, one by one, as they are met. */
    private boolean holdBack(KeyQueue queue, long nowNs) {
        OffsetLedger ledger = queue.ledger;
        if (!ledger.holding) {
            return false;
        }
        if (ledger.holdUntilNs - nowNs <= 0) {
            ledger.holding = false;
            return false;
        }
        queues.postpone(queue, ledger.holdUntilNs, nowNs);
        return true;
    }

    private void begin(StreamState stream, int most, long nowNs) {
        int records = Math.min(most, breaker.allowance(nowNs));
        boolean idle = stream.outstandingRecords() == 0;
        size = 0;
        group = 0;
        bytes = 0;
        wire = 0;
        // With nothing outstanding one record may pass whatever the credit in bytes says, or it would never pass.
        recordLimit = Math.min(records, Math.max(idle ? 1 : 0, stream.roomRecords()));
        byteLimit = Math.min(maxBytes, stream.roomBytes());
        wireLimit = stream.frameRoom();
        firstLimit = idle ? Long.MAX_VALUE : stream.roomBytes();
    }

    private boolean fits(Entry entry) {
        if (size == 0) {
            return entry.bytes <= firstLimit && entry.wireBytes <= wireLimit;
        }
        return bytes + entry.bytes <= byteLimit && wire + entry.wireBytes <= wireLimit;
    }

    private void addRun(KeyQueue queue) {
        int g = group++;
        add(queue.head, g);
        for (Entry e = queue.head.nextInQueue; e != null && size < recordLimit && fits(e); e = e.nextInQueue) {
            if (!queue.ledger.maySend(e)) {
                break;
            }
            add(e, g);
        }
    }

    /** Takes what it can out of a queue of loose records; the rest goes behind the other ready queues. */
    private void addLoose(KeyQueue queue, long nowNs) {
        queues.unlist(queue);
        OffsetLedger ledger = queue.ledger;
        do {
            Entry entry = queue.removeFirst();
            entry.queue = null;
            add(entry, group++);
        } while (queue.size > 0 && size < recordLimit && fits(queue.head) && ledger.maySend(queue.head));
        queues.rest(queue, nowNs);
    }

    private void add(Entry entry, int g) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, size * 2);
            groups = Arrays.copyOf(groups, size * 2);
        }
        entries[size] = entry;
        groups[size++] = g;
        bytes += entry.bytes;
        wire += entry.wireBytes;
    }

    private Batch end(StreamState stream, long nowNs) {
        if (size == 0) {
            return null;
        }
        Batch batch = new Batch(
                stream.nextBatchId++, stream, Arrays.copyOf(entries, size), Arrays.copyOf(groups, size), bytes, nowNs);
        for (int i = 0; i < size; i++) {
            Entry entry = entries[i];
            entry.batch = batch;
            entry.index = i;
            entry.deliveries++;
            entry.ledger.outstanding++;
            entry.ledger.highestSent = Math.max(entry.ledger.highestSent, entry.offset);
            entries[i] = null;
        }
        return batch;
    }
}
