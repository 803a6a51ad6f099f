package io.sluice.ingest.delivery;

/** How records come in: into a ledger and a queue, unless an earlier owner had settled them. */
final class Arrivals {
    private final DeliverySettings settings;
    private final Partitions partitions;
    private final Queues queues;
    private final DeliveryStats stats;

    Arrivals(DeliverySettings settings, Partitions partitions, Queues queues, DeliveryStats stats) {
        this.settings = settings;
        this.partitions = partitions;
        this.queues = queues;
        this.stats = stats;
    }

    void received(
            OffsetLedger ledger,
            long offset,
            long timestampMs,
            int timestampType,
            int leaderEpoch,
            byte[] key,
            byte[] value,
            Header[] headers,
            long nowNs) {
        int bytes = Entry.bytesOf(key, value, headers);
        if (ledger.doneBefore(offset, leaderEpoch)) {
            partitions.skipped(ledger, offset, bytes);
            return;
        }
        Entry entry = queues.newEntry();
        entry.partition = ledger.partition;
        entry.offset = offset;
        entry.timestampMs = timestampMs;
        entry.timestampType = timestampType;
        entry.key = key;
        entry.value = value;
        entry.headers = headers;
        entry.bytes = bytes;
        entry.wireBytes = Entry.wireBytesOf(ledger.partition, bytes, headers);
        if (!ledger.append(entry)) {
            throw new IllegalStateException(entry + " came after a later record of its partition [L1]");
        }
        recall(entry, ledger.note(offset), nowNs);
        stats.received.add(1);
        partitions.received(ledger, entry);
        queues.enqueue(ledger, entry, nowNs);
    }

    /** What the last owner had counted of a record counts on. */
    private void recall(Entry entry, Completions.Note note, long nowNs) {
        if (note != null) {
            // One that had its last attempt has no durable dead letter; it fails once more before it gets one.
            entry.attempts = Math.min(note.attempts(), settings.retry().maxAttempts() - 1);
            entry.lonelyDeaths = Math.min(note.lonelyDeaths(), settings.retry().maxDeliveries() - 1);
            entry.deaths = entry.lonelyDeaths > 0 ? Queues.SUSPECT_AFTER : 0;
            entry.firstFailedNs = CompletionEncoder.laneNs(note.firstFailedMs(), settings.epochMsAtZero(), nowNs);
        }
    }

    /** Where the consumer stands in a partition, after all records handed over so far. */
    void position(OffsetLedger ledger, long next) {
        ledger.position(next);
        partitions.markNews(ledger);
    }
}
