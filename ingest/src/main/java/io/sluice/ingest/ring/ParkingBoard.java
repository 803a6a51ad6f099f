package io.sluice.ingest.ring;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Lane to poll thread: what the lane wants of the parking log that goes with one assignment of one partition. Bounded by
 * what the lane asks for: one read for each key at a time.
 */
public final class ParkingBoard {
    // written by: lane thread
    private final ConcurrentLinkedQueue<long[]> reads = new ConcurrentLinkedQueue<>();
    private volatile boolean claimed;
    private volatile long position = -1;
    private volatile Level level = Level.NONE;

    /**
     * What waits.
     *
     * @param keys that have something in the log
     * @param records parked, and drained but not forgotten
     * @param withheld records that wait for room in the index
     * @param sinceNs since when the oldest key has been waiting; 0: none does
     */
    public record Level(int keys, long records, int withheld, long sinceNs) {
        static final Level NONE = new Level(0, 0, 0, 0);
    }

    /** Lane thread: asks for records by their places, to be handed over in this order. */
    public void read(long[] places) {
        reads.add(places);
    }

    /** Poll thread: the next read; null: none. */
    public long @Nullable [] nextRead() {
        return reads.poll();
    }

    /** Lane thread: the log is ours. */
    public void claim() {
        claimed = true;
    }

    /** Whether records of the source may be handed over. Any thread. */
    public boolean claimed() {
        return claimed;
    }

    /** Lane thread; only grows. */
    public void position(long place) {
        position = place;
    }

    /** Where a new owner has to begin to read; -1: not known. Any thread. */
    public long position() {
        return position;
    }

    /** Lane thread. */
    public void level(Level now) {
        if (!level.equals(now)) {
            level = now;
        }
    }

    /** What waits. Any thread. */
    public Level level() {
        return level;
    }
}
