package io.sluice.ingest.delivery;

import io.sluice.ingest.delivery.Parking.Arrival;
import java.nio.ByteBuffer;

/**
 * Joins {@link Parking} to the lane: what it decides becomes writes to the parking log and places to be read, and what was
 * read goes into the queue of its key. Lane thread only.
 *
 * <p>Records that are being parked stay in their ledger until they are durable, so that the source is not committed beyond
 * them; records that were read back are in no ledger. Keys are looked at in turns, a bounded number at a time, because
 * what they wait for (the commit, the source's position) moves for all of them at once.
 */
public final class ParkingDesk {
    private static final long TURN_NS = 2_000_000L;
    private static final long POSITION_NS = 5_000_000_000L;

    private final int share;
    private final long shareBytes;
    private final long seed;
    private final Effects effects;
    private final Queues queues;
    private final Partitions partitions;
    private final DeliveryStats stats;

    private final RetryPolicy retry;
    private final AgeLimit age;
    private final long epochMsAtZero;
    private final ParkedKeys keys;
    private final ParkingWrites writes;
    private final ParkingLeave leaves;
    private long claims;
    private long turnNs;
    private long positionNs;
    private boolean active;

    ParkingDesk(
            DeliverySettings settings,
            Effects effects,
            Queues queues,
            Partitions partitions,
            AgeLimit age,
            DeliveryStats stats) {
        this.share = settings.parkingShare();
        this.shareBytes = settings.parkingShareBytes();
        this.seed = settings.hashSeed();
        this.effects = effects;
        this.queues = queues;
        this.partitions = partitions;
        this.stats = stats;
        this.age = age;
        this.retry = settings.retry();
        this.epochMsAtZero = settings.epochMsAtZero();
        this.writes = new ParkingWrites(effects, queues, this::wants);
        this.leaves = new ParkingLeave(effects, writes);
        this.keys = new ParkedKeys(settings, effects, queues, partitions, writes);
    }

    private boolean wants(PartitionEpoch partition) {
        return partitions.ledger(partition) != null || leaves.has(partition);
    }

    /** An entry of the log was read, before the claim or that itself; in the log's order. */
    public void read(PartitionEpoch partition, ParkingEntry entry, long place) {
        OffsetLedger ledger = partitions.ledger(partition);
        PartitionParking parking = ledger == null || ledger.closing ? null : of(ledger);
        if (parking == null || parking.claimed) {
            return;
        }

        boolean counts = parking.core.read(entry, place);
        if (entry.equals(parking.claim)) {
            if (counts) {
                parking.core.begin();
                parking.claimed = true;
                active = true;
                tellPosition(ledger, parking);
                effects.parkingClaimed(partition);
            } else {
                claim(ledger, parking);
            }
        }
    }

    /** The log was read to its end. */
    public void readToEnd(PartitionEpoch partition, long generation) {
        OffsetLedger ledger = partitions.ledger(partition);
        if (ledger != null && !ledger.closing) {
            PartitionParking parking = of(ledger);
            parking.generation = generation;
            claim(ledger, parking);
        }
    }

    private PartitionParking of(OffsetLedger ledger) {
        if (ledger.parking == null) {
            ledger.parking = new PartitionParking(share, shareBytes);
        }
        return ledger.parking;
    }

    private void claim(OffsetLedger ledger, PartitionParking parking) {
        parking.claim = new ParkingEntry.Owner(parking.core.nextNumber(parking.generation), seed + ++claims);
        writes.note(ledger.partition, null, 0, parking.claim);
        active = true;
    }

    /** What to do with a record that arrives; {@link #park} has to follow if it says so. */
    Arrival arrived(OffsetLedger ledger, byte[] key, long offset) {
        PartitionParking parking = ledger.parking;
        if (parking == null || key == null) {
            return Arrival.ENQUEUE;
        }
        KeyQueue queue = queues.find(ledger, key);
        int queued = queue == null ? 0 : parking.full(queue) ? share : Math.min(queue.size, share - 1);
        if (parking.core.isIdle() && queued < share) {
            return Arrival.ENQUEUE;
        }
        return parking.core.arrived(ByteBuffer.wrap(key), offset, queued, queue != null && waits(queue));
    }

    /** Whether what arrives of a key now may not be sent before its end in the log is durable. */
    static boolean holds(OffsetLedger ledger, byte[] key) {
        PartitionParking parking = ledger.parking;
        return parking != null && key != null && !parking.core.isIdle() && parking.core.holds(ByteBuffer.wrap(key));
    }

    private static boolean waits(KeyQueue queue) {
        return queue.state == KeyQueue.State.WAITING
                || queue.state == KeyQueue.State.HELD
                || (queue.head != null && queue.head.attempts > 0);
    }

    /** Writes a record of a ledger, in no queue, to the log, as soon as its index has room. */
    void park(OffsetLedger ledger, Entry entry) {
        ledger.parking.saw(entry);
        entry.queue = null;
        queues.stopAging(entry);
        active = true;
        ledger.parking.withheld.put(entry.offset, entry);
        keys.writeWithheld(ledger);
    }

    /** A write is durable. */
    public void published(ParkingWrite write, long place, long nowNs) {
        Entry entry = write.entry();
        OffsetLedger ledger = partitions.ledger(entry.partition);
        if (ledger == null) {
            leaves.published(write);
            writes.drop(write);
        } else if (write.content() instanceof ParkingEntry.Parked parked) {
            ledger.parking.core.written(parked, place);
            entry.publishing = false;
            ledger.outstanding--;
            stats.parked.add(1);
            partitions.settled(entry, nowNs);
        } else if (write.content() instanceof ParkingEntry.Done done) {
            ledger.parking.core.marked(done.key());
            ledger.parking.moved = true;
            KeyQueue queue = queues.find(ledger, entry.key);
            if (queue != null && queue.endsParking) {
                queue.endsParking = false;
                queues.reconsider(queue, nowNs);
            }
        }
    }

    /** A write has failed; it is tried again for ever. */
    public void publishFailed(ParkingWrite write, String why, long nowNs) {
        stats.publishFailures.add(1);
        if (write.entry().letter != null) {
            write.entry().letter.failures++;
        }
        writes.failed(write, why, nowNs);
        active = true;
    }

    /** A record that was asked for by {@link Effects#readParked}; those of a key in the order in which they were asked for. */
    public void back(
            PartitionEpoch partition,
            long offset,
            long timestampMs,
            int timestampType,
            byte[] key,
            byte[] value,
            Header[] headers,
            long nowNs) {
        OffsetLedger ledger = partitions.ledger(partition);
        if (ledger == null || ledger.closing) {
            return;
        }
        Entry entry = queues.newEntry();
        entry.fill(partition, offset, key, value, headers, partition.topic());
        entry.timestampMs = timestampMs;
        entry.timestampType = timestampType;
        entry.receivedNs = nowNs;
        entry.ledger = ledger;
        entry.parked = true;
        ParkingEntry.Tries tries = ledger.parking.core.tries(ByteBuffer.wrap(key), offset);
        if (tries.attempts() + tries.lonelyDeaths() > 0) {
            long firstNs = CompletionEncoder.laneNs(tries.firstFailedMs(), epochMsAtZero, nowNs);
            entry.recall(tries.attempts(), tries.lonelyDeaths(), firstNs, retry);
            entry.noted = entry.attempts + entry.lonelyDeaths;
        }
        ledger.parking.saw(entry);
        ledger.parking.out.put(offset, entry);
        stats.unparked.add(1);
        partitions.unparked(entry);
        queues.enqueue(ledger, entry, nowNs);
        if (tries.attempts() > 0) {
            age.watch(entry, "");
        }
    }

    /** Does what is due. Returns how many writes were handed over. */
    int tick(long nowNs) {
        if (share == 0) {
            return 0;
        }
        for (KeyQueue queue; (queue = queues.crowded.pollFirst()) != null; ) {
            parkSurplus(queue);
        }
        if (active && turnNs - nowNs <= 0) {
            turnNs = nowNs + TURN_NS;
            turns(nowNs);
        }
        int n = writes.offer(nowNs);
        active |= writes.blocked();
        return n;
    }

    /** A key begins to wait with more than its share in memory. */
    private void parkSurplus(KeyQueue queue) {
        boolean still = queue.state == KeyQueue.State.WAITING || queue.state == KeyQueue.State.HELD;
        OffsetLedger ledger = queue.ledger;
        if (!still || ledger.parking == null || ledger.closing || !ledger.parking.full(queue)) {
            return;
        }
        ByteBuffer key = ByteBuffer.wrap(queue.key);
        for (Entry entry : queue.cut(share, shareBytes)) {
            if (ledger.parking.core.arrived(key, entry.offset, share, true) != Arrival.PARK) {
                throw new IllegalStateException(entry + " cannot be parked behind its key [K1]");
            }
            park(ledger, entry);
        }
    }

    private void turns(long nowNs) {
        boolean tell = positionNs - nowNs <= 0;
        boolean any = !writes.isEmpty() || !leaves.isEmpty();
        leaves.tick(nowNs);
        for (OffsetLedger ledger : partitions.all()) {
            PartitionParking parking = ledger.parking;
            // Until the claim was read, what seems to be parked may have been marked further on in the log.
            if (parking == null || !parking.claimed || ledger.closing) {
                continue;
            }
            any |= !parking.core.isIdle() || parking.moved;
            keys.turn(ledger, parking, nowNs);
            if (tell && parking.moved) {
                positionNs = nowNs + POSITION_NS;
                tellPosition(ledger, parking);
            }
        }
        active = any;
    }

    private void tellPosition(OffsetLedger ledger, PartitionParking parking) {
        parking.moved = false;
        long position = parking.core.position();
        if (position > parking.toldPosition) {
            parking.toldPosition = position;
            effects.parkingPosition(ledger.partition, position);
        }
    }

    /** A partition is given up in order: what the log has to tell about it waits for {@link #leave}. */
    void closing(OffsetLedger ledger, long nowNs) {
        PartitionParking parking = ledger.parking;
        if (parking == null || share == 0) {
            return;
        }
        // Also what was noted already: that write may still be under way.
        parking.out.values().stream()
                .filter(e -> e.attempts + e.lonelyDeaths > 0)
                .forEach(e -> parking.tried.add(keys.tried(parking, e)));
        leaves.begin(ledger.partition, parking, nowNs);
    }

    /**
     * After a partition was given up in order, and its last commit was confirmed: writes to the log what saves the next owner
     * from doing it again. {@link Effects#parkingLeft} follows, or nothing if it takes too long.
     *
     * @param committed position in that commit
     * @param done above it, in that commit
     */
    public void leave(PartitionEpoch partition, long committed, Completions done) {
        leaves.finish(partition, committed, done);
        active = true;
    }

    /** Time until there is something to do, at most {@code maxNs}. */
    long untilNext(long nowNs, long maxNs) {
        return active ? Math.min(maxNs, Math.max(0, turnNs - nowNs)) : maxNs;
    }

    /** Why the last write failed; empty: none has. */
    String lastFailure() {
        return writes.lastFailure();
    }
}
