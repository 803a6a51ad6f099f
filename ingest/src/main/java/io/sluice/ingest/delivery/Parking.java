package io.sluice.ingest.delivery;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/**
 * Which records of one source partition wait in its parking log, and what that means for those that arrive. A key that
 * waits keeps a few records in memory; those behind go to the log, in order, and come back when the key has drained.
 * Pure; one for each assignment. Owned by: lane thread.
 *
 * <p>The log is the truth: a new owner claims it ({@link ParkingEntry.Owner}), reads it up to its claim ({@link #read})
 * and only then takes records of the source.
 *
 * <ul>
 *   <li>[K1] Of a key, what is in memory comes before what is parked, and that before what has not arrived.
 *   <li>[K2] A parked record is settled in the source only when it is durable here, under the owner's claim.
 *   <li>[K3] A key leaves the log only behind a durable mark that covers all that was parked of it, and a mark only covers
 *       what lies below the committed position of the source. So whatever point a crash leaves, what is delivered again of
 *       a key is all that follows some record of it, and never an older part alone.
 * </ul>
 */
final class Parking {
    /** What to do with a record that has arrived from the source. */
    enum Arrival {
        /** It goes behind what is in memory of its key. */
        ENQUEUE,
        /** It is to be written to the log; {@link #written} follows. */
        PARK,
        /** It is in the log: settled here. */
        PARKED_BEFORE
    }

    /** What the index takes for a record, and for a key beside its own bytes, at most. */
    static final int RECORD_BYTES = 32;

    static final int KEY_BYTES = 512;

    private final int share;
    private long records;
    private long keyBytes;
    private final Map<ByteBuffer, ParkedLine> lines = new LinkedHashMap<>();
    /** Places of accepted claims; a reader has to begin at the one that governs what it needs. */
    private final TreeSet<Long> claims = new TreeSet<>();

    /** While the log is read: marks of the claim that governs, by key. */
    private final Map<ByteBuffer, Long> doneTo = new LinkedHashMap<>();

    private ParkingEntry.Owner current = new ParkingEntry.Owner(-1, 0);

    /**
     * @param share most records of a waiting key in memory, at least 1
     */
    Parking(int share) {
        this.share = share;
    }

    /** Takes in an entry of the log, in the log's order, up to this owner's claim. Returns whether it counts. */
    boolean read(ParkingEntry entry, long place) {
        if (entry instanceof ParkingEntry.Owner owner) {
            boolean wins = owner.number() > current.number();
            if (wins) {
                current = owner;
                claims.add(place);
                // What was done once may be delivered, and parked, again.
                doneTo.clear();
            }
            return wins;
        }
        if (!entry.owner().equals(current)) {
            return false;
        }
        if (entry instanceof ParkingEntry.Parked parked) {
            // A write that was given up and done again may have come to pass after all, late.
            if (parked.origin() > doneTo.getOrDefault(parked.key(), -1L)) {
                add(line(parked.key()), parked, place);
            }
        } else if (entry instanceof ParkingEntry.Done done) {
            doneTo.merge(done.key(), done.upTo(), Math::max);
            ParkedLine line = lines.get(done.key());
            if (line != null) {
                forget(line, done.upTo());
                removeIfOver(done.key(), line);
            }
        } else if (entry instanceof ParkingEntry.Tried tried) {
            tried(tried);
        }
        return true;
    }

    /** The claim that governs the log where it was read last. */
    ParkingEntry.Owner owner() {
        return current;
    }

    /** The number for a new claim, after the log was read to its end. */
    long nextNumber(long generation) {
        return Math.max(generation, current.number() + 1);
    }

    /** The claim was read: what is parked now is what this owner begins with. */
    void begin() {
        doneTo.clear();
    }

    /**
     * A record has arrived from the source, in ascending order.
     *
     * @param queued records of its key in memory
     * @param waits whether the key waits: for its next attempt, or for a letter that cannot be written
     */
    Arrival arrived(ByteBuffer key, long offset, int queued, boolean waits) {
        ParkedLine line = lines.get(key);
        if (line == null) {
            if (!waits || queued < share) {
                return Arrival.ENQUEUE;
            }
            line = line(key);
        } else if (line.contains(offset)) {
            return Arrival.PARKED_BEFORE;
        } else if ((precedes(line, offset) && !(waits && queued >= share))
                || (line.closing && !line.hasUndrained() && queued < share)) {
            return Arrival.ENQUEUE;
        }
        line.writing.add(offset);
        records++;
        return Arrival.PARK;
    }

    private ParkedLine line(ByteBuffer key) {
        ParkedLine line = lines.get(key);
        if (line == null) {
            line = new ParkedLine();
            lines.put(key, line);
            keyBytes += KEY_BYTES + key.remaining();
        }
        return line;
    }

    private void add(ParkedLine line, ParkingEntry.Parked parked, long place) {
        records += line.add(parked.origin(), place) ? 1 : 0;
        if (!parked.tries().equals(ParkingEntry.Tries.NONE)) {
            line.tries.merge(parked.origin(), parked.tries(), ParkingEntry.Tries::and);
        }
    }

    private void forget(ParkedLine line, long upTo) {
        records -= line.size();
        line.forget(upTo);
        records += line.size();
    }

    /** A record that is parked has failed so often, which is durable or about to be. */
    void tried(ParkingEntry.Tried tried) {
        ParkedLine line = lines.get(tried.key());
        if (line != null && line.contains(tried.origin())) {
            line.tries.merge(tried.origin(), tried.tries(), ParkingEntry.Tries::and);
        }
    }

    /** What is known of a parked record's failures. */
    ParkingEntry.Tries tries(ByteBuffer key, long origin) {
        return lines.get(key).tries.getOrDefault(origin, ParkingEntry.Tries.NONE);
    }

    /** What the index takes of memory at most, in bytes, those that are still being written included. */
    long indexBytes() {
        return records * RECORD_BYTES + keyBytes;
    }

    /** Parked, or being parked, or read back and not forgotten. */
    long records() {
        return records;
    }

    /**
     * Whether a record that was to be parked, and never was handed to a writer, may rather go into its key's empty queue:
     * nothing of the key that comes before it is in the log.
     */
    boolean takeBack(ByteBuffer key, long offset) {
        ParkedLine line = lines.get(key);
        boolean first = line.writing.first() == offset && (line.isEmpty() || line.lowest() > offset);
        if (!first || !line.out.isEmpty() || line.marking >= 0) {
            return false;
        }
        line.writing.remove(offset);
        records--;
        removeIfOver(key, line);
        return true;
    }

    /** An earlier owner had less of the key in memory than it seems now, or lost it. */
    private static boolean precedes(ParkedLine line, long offset) {
        return !line.isEmpty() && line.outTo < 0 && line.writing.isEmpty() && offset < line.lowest();
    }

    /** A record is durable in the log. */
    void written(ParkingEntry.Parked parked, long place) {
        ParkedLine line = lines.get(parked.key());
        records -= line.writing.remove(parked.origin()) ? 1 : 0;
        add(line, parked, place);
    }

    /**
     * What to read back of a key of which nothing is in memory.
     *
     * @param sourcePosition every record of the source below has arrived
     * @return places in the log, in the order in which they are to be delivered; empty: nothing now
     */
    long[] next(ByteBuffer key, long sourcePosition) {
        return next(key, sourcePosition, share);
    }

    /** The same, of fewer than a share. */
    long[] next(ByteBuffer key, long sourcePosition, int most) {
        ParkedLine line = lines.get(key);
        if (line == null || !line.out.isEmpty() || line.closing) {
            return new long[0];
        }
        long below = line.writing.isEmpty() ? sourcePosition : Math.min(sourcePosition, line.writing.first());
        return line.takeOut(most, below);
    }

    /** A record that was read back is settled. */
    void settled(ByteBuffer key, long origin) {
        lines.get(key).out.remove(origin);
    }

    /**
     * Whether a mark of a key is to be written now.
     *
     * @param committed position of the source that the broker has confirmed
     * @return up to which origin; -1: none now. {@link #marked} follows
     */
    long mark(ByteBuffer key, long committed) {
        ParkedLine line = lines.get(key);
        if (line == null || line.marking >= 0) {
            return -1;
        }
        line.marking = line.drainedBelow(committed);
        line.closing = line.marking >= 0 && line.marking == line.highest() && line.writing.isEmpty();
        return line.marking;
    }

    /**
     * The last mark of a key, when its partition is given up and nothing more of it will be sent.
     *
     * @param settledThere whether the last commit of the source says that a record is settled there
     * @return up to which origin; -1: there is nothing to be marked
     */
    long lastMark(ByteBuffer key, LongPredicate settledThere) {
        return lines.get(key).drainedWhile(settledThere);
    }

    /** A mark is durable. */
    void marked(ByteBuffer key) {
        ParkedLine line = lines.get(key);
        forget(line, line.marking);
        line.marking = -1;
        line.closing = false;
        removeIfOver(key, line);
    }

    private void removeIfOver(ByteBuffer key, ParkedLine line) {
        if (line.isEmpty() && line.writing.isEmpty()) {
            lines.remove(key);
            keyBytes -= KEY_BYTES + key.remaining();
        }
    }

    /** Whether records of a key that are in memory may not be sent, because its end in the log is not durable yet. */
    boolean holds(ByteBuffer key) {
        ParkedLine line = lines.get(key);
        return line != null && line.closing;
    }

    /** Keys with something in the log. */
    Iterable<ByteBuffer> keys() {
        return lines.keySet();
    }

    /** Lowest offset that is to be written; -1: none. */
    long firstWriting(ByteBuffer key) {
        ParkedLine line = lines.get(key);
        return line.writing.isEmpty() ? -1 : line.writing.first();
    }

    /** Since when the oldest key has been waiting, as far as was asked since. */
    long sinceNs(long nowNs) {
        for (ParkedLine line : lines.values()) {
            line.sinceNs = line.sinceNs == 0 ? nowNs : line.sinceNs;
            return line.sinceNs;
        }
        return 0;
    }

    void seen(ByteBuffer key, long nowNs) {
        ParkedLine line = lines.get(key);
        line.sinceNs = line.sinceNs == 0 ? nowNs : line.sinceNs;
    }

    /** Whether nothing is parked. */
    boolean isIdle() {
        return lines.isEmpty();
    }

    int size() {
        return lines.size();
    }

    boolean isParked(ByteBuffer key) {
        return lines.containsKey(key);
    }

    /** Where a new owner has to begin to read; -1: at the first entry. */
    long position() {
        long lowest = Long.MAX_VALUE;
        for (ParkedLine line : lines.values()) {
            lowest = Math.min(lowest, line.lowestPlace());
        }
        Long claim = claims.floor(lowest);
        if (claim != null) {
            claims.headSet(claim).clear();
        }
        return claim == null ? -1 : claim;
    }
}
