package io.sluice.devkit.sim;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The reference for the core's ledger, as simple as can be: the offsets received and not settled, in a tree, and where
 * the consumer stands. Every figure the core gives is compared with this one.
 */
final class Tracker {
    private final TreeMap<Long, Rec> unsettled = new TreeMap<>();
    private long position = -1;
    private long lowestAllowed = -1;

    void received(Rec rec) {
        unsettled.put(rec.offset, rec);
        position(rec.offset + 1);
    }

    void position(long next) {
        position = Math.max(position, next);
    }

    @Nullable
    Rec settled(long offset) {
        return unsettled.remove(offset);
    }

    @Nullable
    Rec get(long offset) {
        return unsettled.get(offset);
    }

    int size() {
        return unsettled.size();
    }

    Iterator<Rec> records() {
        return unsettled.values().iterator();
    }

    /** Up to where all is settled; -1: nothing known. */
    long committable() {
        Map.Entry<Long, Rec> oldest = unsettled.firstEntry();
        return oldest == null ? position : oldest.getKey();
    }

    /** Compares what the core says. */
    void compare(EpochModel epoch, long given) {
        long expected = committable();
        if (given != expected) {
            throw new Broken("L2", epoch + ": the core says " + given + ", the reference " + expected);
        }
        if (given < lowestAllowed) {
            throw new Broken("G7", epoch + ": committable fell from " + lowestAllowed + " to " + given);
        }
        lowestAllowed = given;
    }
}
