package io.sluice.ingest.delivery;

import io.sluice.ingest.delivery.Parking.Arrival;

/** How records come in: into a ledger and a queue, unless an earlier owner had settled them. */
final class Arrivals {
    private final DeliverySettings settings;
    private final Partitions partitions;
    private final Queues queues;
    private final Delays delays;
    private final AgeLimit age;
    private final ParkingDesk parking;
    private final DeliveryStats stats;

    Arrivals(
            DeliverySettings settings,
            Partitions partitions,
            Queues queues,
            Delays delays,
            AgeLimit age,
            ParkingDesk parking,
            DeliveryStats stats) {
        this.settings = settings;
        this.partitions = partitions;
        this.queues = queues;
        this.delays = delays;
        this.age = age;
        this.parking = parking;
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
        if (skipped(ledger, offset, leaderEpoch, key, value, headers)) {
            return;
        }
        Arrival arrival = parking.arrived(ledger, key, offset);
        if (arrival == Arrival.PARKED_BEFORE) {
            partitions.skipped(ledger, offset, Entry.bytesOf(key, value, headers));
            return;
        }
        Entry entry = queues.newEntry();
        entry.fill(ledger.partition, offset, key, value, headers, ledger.partition.topic());
        entry.timestampMs = timestampMs;
        entry.timestampType = timestampType;
        take(ledger, entry, nowNs);
        if (arrival == Arrival.PARK) {
            parking.park(ledger, entry);
        } else {
            queues.enqueue(ledger, entry, nowNs);
        }
    }

    /** A record of a retry topic. */
    void returned(
            OffsetLedger ledger,
            long offset,
            int leaderEpoch,
            byte[] key,
            byte[] value,
            Header[] headers,
            Origin origin,
            long nowNs) {
        if (skipped(ledger, offset, leaderEpoch, key, value, headers)) {
            return;
        }
        Entry entry = queues.newEntry();
        entry.fill(ledger.partition, offset, key, value, headers, origin.topic());
        entry.carryOn(origin);
        take(ledger, entry, nowNs);
        queues.enqueue(ledger, entry, nowNs);
        age.watch(entry, "");
        delays.returned(entry, nowNs);
    }

    private boolean skipped(
            OffsetLedger ledger, long offset, int leaderEpoch, byte[] key, byte[] value, Header[] headers) {
        if (!ledger.doneBefore(offset, leaderEpoch)) {
            return false;
        }
        partitions.skipped(ledger, offset, Entry.bytesOf(key, value, headers));
        return true;
    }

    private void take(OffsetLedger ledger, Entry entry, long nowNs) {
        entry.receivedNs = nowNs;
        if (!ledger.append(entry)) {
            throw new IllegalStateException(entry + " came after a later record of its partition [L1]");
        }
        recall(entry, ledger.note(entry.offset), nowNs);
        stats.received.add(1);
        partitions.received(ledger, entry);
    }

    /** What the last owner had counted of a record counts on. */
    private void recall(Entry entry, Completions.Note note, long nowNs) {
        if (note != null) {
            long firstFailedNs = CompletionEncoder.laneNs(note.firstFailedMs(), settings.epochMsAtZero(), nowNs);
            entry.recall(note.attempts(), note.lonelyDeaths(), firstFailedNs, settings.retry());
            if (note.attempts() > 0) {
                age.watch(entry, "");
            }
        }
    }

    /** Where the consumer stands in a partition, after all records handed over so far. */
    void position(OffsetLedger ledger, long next) {
        ledger.position(next);
        partitions.markNews(ledger);
    }
}
