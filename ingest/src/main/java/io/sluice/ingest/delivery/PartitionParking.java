package io.sluice.ingest.delivery;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the lane knows of the parking of one assigned partition. Owned by: lane thread. */
final class PartitionParking {
    final Parking core;
    final int share;

    /** Read back and not settled, by offset in the source. They are in no ledger: the source is behind them. */
    final Map<Long, Entry> out = new LinkedHashMap<>();

    /** Keys that are still to be looked at in this round. */
    final ArrayDeque<ByteBuffer> turn = new ArrayDeque<>();

    /** The claim that was written, or is being written; null: none yet. */
    ParkingEntry.Owner claim;

    long generation;
    boolean claimed;

    /** Something that a new owner needs is needed no more since the position was told. */
    boolean moved;

    long toldPosition = -1;

    PartitionParking(int share) {
        this.core = new Parking(share);
        this.share = share;
    }

    /** A record that was read back has its outcome. */
    void settled(Entry entry) {
        out.remove(entry.offset);
        core.settled(ByteBuffer.wrap(entry.key), entry.offset);
    }
}
