package io.sluice.ingest.delivery;

import java.nio.ByteBuffer;

/**
 * Moves parked keys on: what has room in the index is written, what is next of a key is read back, what is drained is
 * marked, what has failed is noted. Keys are looked at in turns. Owned by: lane thread.
 *
 * <p>What finds no room stays in its ledger, in no queue, and counts against the budget of the lane, so that a full index
 * stops the intake. It is written when there is room, or goes on from memory when its turn comes.
 */
final class ParkedKeys {
    private static final int KEYS_A_TURN = 256;
    /** Shares that may be read back at once; beyond that a key gets one record at a time. */
    private static final int FULL_SHARES = 16;

    private final int share;
    private final long indexBytes;
    private final long epochMsAtZero;
    private final Effects effects;
    private final Queues queues;
    private final Partitions partitions;
    private final ParkingWrites writes;

    ParkedKeys(DeliverySettings settings, Effects effects, Queues queues, Partitions partitions, ParkingWrites writes) {
        this.share = settings.parkingShare();
        this.indexBytes = settings.parkingIndexBytes();
        this.epochMsAtZero = settings.epochMsAtZero();
        this.effects = effects;
        this.queues = queues;
        this.partitions = partitions;
        this.writes = writes;
    }

    /** Looks at a bounded number of keys. */
    void turn(OffsetLedger ledger, PartitionParking parking, long nowNs) {
        effects.parkedNow(
                ledger.partition,
                parking.core.size(),
                parking.core.records() - parking.withheld.size(),
                parking.withheld.size(),
                parking.core.sinceNs(nowNs));
        writeWithheld(ledger);
        if (parking.turn.isEmpty()) {
            parking.core.keys().forEach(parking.turn::addLast);
        }
        ByteBuffer key;
        for (int i = 0; i < KEYS_A_TURN && (key = parking.turn.pollFirst()) != null; i++) {
            if (parking.core.isParked(key)) {
                look(ledger, parking, key, nowNs);
            }
        }
    }

    /** Keys are made of whole arrays only. */
    @SuppressWarnings("ByteBufferBackingArray")
    private static byte[] bytes(ByteBuffer key) {
        return key.array();
    }

    private void look(OffsetLedger ledger, PartitionParking parking, ByteBuffer key, long nowNs) {
        KeyQueue queue = queues.find(ledger, bytes(key));
        parking.core.seen(key, nowNs);
        if (queue != null && queue.head != null && queue.head.parked && isUnnoted(queue.head)) {
            ParkingEntry.Tried tried = tried(parking, queue.head);
            parking.core.tried(tried);
            queue.head.noted = queue.head.attempts + queue.head.lonelyDeaths;
            writes.note(ledger.partition, bytes(key), tried.origin(), tried);
        }
        if (queue == null || queue.size == 0) {
            if (takeBack(ledger, parking, key, nowNs)) {
                return;
            }
            int most = parking.out.size() < parking.most() * FULL_SHARES ? parking.most() : 1;
            long[] places = parking.core.next(key, ledger.position(), most);
            if (places.length > 0) {
                effects.readParked(ledger.partition, places);
            }
        }
        long upTo = parking.core.mark(key, effects.committed(ledger.partition));
        if (upTo >= 0) {
            writes.note(ledger.partition, bytes(key), upTo, new ParkingEntry.Done(parking.claim, key, upTo));
            if (queue != null && parking.core.holds(key)) {
                queue.endsParking = true;
            }
        }
    }

    private boolean isUnnoted(Entry entry) {
        return entry.attempts + entry.lonelyDeaths > entry.noted;
    }

    ParkingEntry.Tried tried(PartitionParking parking, Entry entry) {
        return new ParkingEntry.Tried(parking.claim, ByteBuffer.wrap(entry.key), entry.offset, tries(entry));
    }

    /** What waits for room in the index goes on from memory if it is its turn: so a full index never stops what fills it. */
    private boolean takeBack(OffsetLedger ledger, PartitionParking parking, ByteBuffer key, long nowNs) {
        boolean any = false;
        for (int n = 0; n < share && parking.core.isParked(key); n++) {
            Entry entry = parking.withheld.get(parking.core.firstWriting(key));
            if (entry == null || !parking.core.takeBack(key, entry.offset)) {
                break;
            }
            parking.withheld.remove(entry.offset);
            queues.enqueue(ledger, entry, nowNs);
            any = true;
        }
        return any;
    }

    /** Each assigned partition has its part of the index, so that none takes the room of another. */
    private boolean full(PartitionParking parking) {
        return parking.indexBytes() >= indexBytes / Math.max(1, partitions.count());
    }

    /** Writes what the index has room for. */
    void writeWithheld(OffsetLedger ledger) {
        PartitionParking parking = ledger.parking;
        while (!parking.withheld.isEmpty() && !full(parking)) {
            Entry entry = parking.withheld.pollFirstEntry().getValue();
            ParkingWrite write = new ParkingWrite(
                    entry,
                    new ParkingEntry.Parked(parking.claim, ByteBuffer.wrap(entry.key), entry.offset, tries(entry)));
            entry.publishing = true;
            entry.letter = new Letter(write);
            ledger.outstanding++;
            writes.add(write);
        }
    }

    private ParkingEntry.Tries tries(Entry entry) {
        return entry.attempts == 0 && entry.lonelyDeaths == 0
                ? ParkingEntry.Tries.NONE
                : new ParkingEntry.Tries(
                        entry.attempts,
                        entry.lonelyDeaths,
                        Math.max(0, entry.firstFailedNs / 1_000_000 + epochMsAtZero));
    }
}
