package io.sluice.ingest.delivery;

import java.util.Arrays;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/**
 * The parked records of one key, in the order of the source: where each stands in the parking log, and how far they are
 * drained. Owned by: lane thread.
 *
 * <p>An entry goes through: being written, parked, read back ("out"), drained (settled, but a new owner would not know),
 * and is forgotten once a {@link ParkingEntry.Done} that covers it is durable.
 */
final class ParkedLine {
    // Parked, by ascending origin; [first, last) is not forgotten.
    private long[] origins = new long[8];
    private long[] places = new long[8];
    private int first;
    private int last;

    /** On their way to the log. */
    final TreeSet<Long> writing = new TreeSet<>();

    /** Read back and not settled. */
    final TreeSet<Long> out = new TreeSet<>();

    /** Highest origin that was read back; with {@link #out} empty, all up to here are drained. */
    long outTo = -1;

    /** Of those that have failed, what is durable of it. */
    final TreeMap<Long, ParkingEntry.Tries> tries = new TreeMap<>();

    /** When it was first looked at; 0: not yet. */
    long sinceNs;

    /** The mark on its way; -1: none. */
    long marking = -1;

    /** While the mark that ends the line is on its way, what arrives may stay in memory, unsent. */
    boolean closing;

    /** Adds a durable record. False: it was there already, written twice. */
    boolean add(long origin, long place) {
        int at = Arrays.binarySearch(origins, first, last, origin);
        if (at >= 0) {
            return false;
        }
        if (last == origins.length) {
            makeRoom();
            at = Arrays.binarySearch(origins, first, last, origin);
        }
        int to = -at - 1;
        System.arraycopy(origins, to, origins, to + 1, last - to);
        System.arraycopy(places, to, places, to + 1, last - to);
        origins[to] = origin;
        places[to] = place;
        last++;
        return true;
    }

    private void makeRoom() {
        int size = last - first;
        int capacity = Math.max(8, size * 2);
        long[] newOrigins = new long[capacity];
        long[] newPlaces = new long[capacity];
        System.arraycopy(origins, first, newOrigins, 0, size);
        System.arraycopy(places, first, newPlaces, 0, size);
        origins = newOrigins;
        places = newPlaces;
        first = 0;
        last = size;
    }

    boolean contains(long origin) {
        return writing.contains(origin) || Arrays.binarySearch(origins, first, last, origin) >= 0;
    }

    int size() {
        return last - first;
    }

    boolean isEmpty() {
        return first == last;
    }

    long lowest() {
        return origins[first];
    }

    long highest() {
        return origins[last - 1];
    }

    /** Whether records are parked, or being parked, that were not read back yet. */
    boolean hasUndrained() {
        return !writing.isEmpty() || !out.isEmpty() || (first < last && origins[last - 1] > outTo);
    }

    /** Takes the next ones out, up to a number and below an offset. Returns their places; empty: none. */
    long[] takeOut(int most, long below) {
        int from = Arrays.binarySearch(origins, first, last, outTo + 1);
        from = from >= 0 ? from : -from - 1;
        int to = from;
        while (to < last && to - from < most && origins[to] < below) {
            out.add(origins[to]);
            outTo = origins[to++];
        }
        return Arrays.copyOfRange(places, from, to);
    }

    /** The highest origin below an offset up to which all are settled; -1: none. */
    long drainedBelow(long offset) {
        long settled = out.isEmpty() ? outTo : Math.min(outTo, out.first() - 1);
        int at = Arrays.binarySearch(origins, first, last, Math.min(settled, offset - 1) + 1);
        int below = (at >= 0 ? at : -at - 1) - 1;
        return below < first ? -1 : origins[below];
    }

    /** The highest origin up to which all are settled, and are so for the source as well; -1: none. */
    long drainedWhile(LongPredicate settledThere) {
        long settled = out.isEmpty() ? outTo : Math.min(outTo, out.first() - 1);
        long highest = -1;
        for (int i = first; i < last && origins[i] <= settled && settledThere.test(origins[i]); i++) {
            highest = origins[i];
        }
        return highest;
    }

    /** A mark is durable: nobody needs these any more. */
    void forget(long upTo) {
        while (first < last && origins[first] <= upTo) {
            first++;
        }
        tries.headMap(upTo, true).clear();
    }

    /** Lowest place in the log that is still needed. */
    long lowestPlace() {
        long lowest = Long.MAX_VALUE;
        for (int i = first; i < last; i++) {
            lowest = Math.min(lowest, places[i]);
        }
        return lowest;
    }
}
