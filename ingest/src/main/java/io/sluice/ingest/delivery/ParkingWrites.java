package io.sluice.ingest.delivery;

import java.util.ArrayDeque;
import java.util.function.Predicate;

/** Writes on their way to parking logs: those the publisher had no room for, and those that failed. Owned by: lane thread. */
final class ParkingWrites {
    private static final long AGAIN_NS = 500_000_000L;

    private record Failed(ParkingWrite write, long againNs) {}

    private final Effects effects;
    private final Queues queues;
    private final Predicate<PartitionEpoch> wanted;
    private final ArrayDeque<ParkingWrite> waiting = new ArrayDeque<>();
    private final ArrayDeque<Failed> failed = new ArrayDeque<>();
    private String lastFailure = "";

    /**
     * @param wanted whether anything is still to be written for a partition
     */
    ParkingWrites(Effects effects, Queues queues, Predicate<PartitionEpoch> wanted) {
        this.effects = effects;
        this.queues = queues;
        this.wanted = wanted;
    }

    void add(ParkingWrite write) {
        waiting.addLast(write);
    }

    /** Something that concerns a key, or none; it is in no ledger. */
    void note(PartitionEpoch partition, byte[] key, long offset, ParkingEntry content) {
        Entry entry = new Entry();
        entry.fill(partition, offset, key, null, Header.NONE, partition.topic());
        add(new ParkingWrite(entry, content));
    }

    /** It is tried again until its partition is gone. */
    void failed(ParkingWrite write, String why, long nowNs) {
        lastFailure = why;
        failed.addLast(new Failed(write, nowNs + AGAIN_NS));
    }

    /** Hands over what the publisher takes. Returns how many that were. */
    int offer(long nowNs) {
        while (!failed.isEmpty() && failed.peekFirst().againNs - nowNs <= 0) {
            waiting.addLast(failed.removeFirst().write());
        }
        int n = 0;
        ParkingWrite write;
        while ((write = waiting.peekFirst()) != null) {
            if (!wanted.test(write.entry().partition)) {
                drop(waiting.removeFirst());
            } else if (effects.publish(write)) {
                waiting.removeFirst();
                n++;
            } else {
                break;
            }
        }
        return n;
    }

    /** Its partition is gone. */
    void drop(ParkingWrite write) {
        if (write.content() instanceof ParkingEntry.Parked) {
            queues.free(write.entry());
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty() && failed.isEmpty();
    }

    /** Whether the publisher had no room. */
    boolean blocked() {
        return !waiting.isEmpty();
    }

    /** Why the last write failed; empty: none has. */
    String lastFailure() {
        return lastFailure;
    }
}
