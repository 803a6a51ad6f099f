package io.sluice.ingest.delivery;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the lane knows of the parking of one assigned partition. Owned by: lane thread. */
final class PartitionParking {
    final Parking core;
    final int share;
    final long shareBytes;

    /** Read back and not settled, by offset in the source. They are in no ledger: the source is behind them. */
    final Map<Long, Entry> out = new LinkedHashMap<>();

    /** Records of the ledger that are to be parked when the index has room for them, by offset; in no queue. */
    final TreeMap<Long, Entry> withheld = new TreeMap<>();

    /** Once given up: failures of records that were read back. */
    final List<ParkingEntry.Tried> tried = new ArrayList<>();

    /** Keys that are still to be looked at in this round. */
    final ArrayDeque<ByteBuffer> turn = new ArrayDeque<>();

    /** The claim that was written, or is being written; null: none yet. */
    ParkingEntry.Owner claim;

    long generation;
    boolean claimed;

    /** Something that a new owner needs is needed no more since the position was told. */
    boolean moved;

    long toldPosition = -1;

    /** Of the largest record that was seen to be parked; 0: none was. */
    private int largest;

    PartitionParking(int share, long shareBytes) {
        this.core = new Parking(share);
        this.share = share;
        this.shareBytes = shareBytes;
    }

    /** Whether a key has no more room in memory. */
    boolean full(KeyQueue queue) {
        return queue.size >= share || queue.bytes >= shareBytes;
    }

    /** What the index takes, without those that are not being written yet. */
    long indexBytes() {
        return core.indexBytes() - (long) withheld.size() * Parking.RECORD_BYTES;
    }

    void saw(Entry entry) {
        largest = Math.max(largest, entry.bytes);
    }

    /** How many records of a key may be read back at once, of whatever size they will be; a first one tells. */
    int most() {
        return largest == 0 ? 1 : (int) Math.max(1, Math.min(share, shareBytes / largest));
    }

    /** A record that was read back has its outcome. */
    void settled(Entry entry) {
        out.remove(entry.offset);
        core.settled(ByteBuffer.wrap(entry.key), entry.offset);
    }
}
