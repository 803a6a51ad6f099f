package io.sluice.ingest.delivery;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Partitions that were given up in order, until the log says what their next owner needs not do again: what is drained and
 * settled by the last commit, and how often records had failed. Owned by: lane thread.
 *
 * <p>It is tried for a bounded time; what does not get there in time is delivered once more.
 */
final class ParkingLeave {
    /** The poll thread has been waiting for less than this long, or is gone. */
    private static final long MOST_NS = 60_000_000_000L;

    private static final class Leaving {
        final PartitionParking parking;
        final long untilNs;
        /** What is not durable yet. */
        final Set<ParkingEntry> missing = new HashSet<>();

        Leaving(PartitionParking parking, long untilNs) {
            this.parking = parking;
            this.untilNs = untilNs;
        }
    }

    private final Map<PartitionEpoch, Leaving> leaving = new HashMap<>();
    private final Effects effects;
    private final ParkingWrites writes;

    ParkingLeave(Effects effects, ParkingWrites writes) {
        this.effects = effects;
        this.writes = writes;
    }

    boolean has(PartitionEpoch partition) {
        return leaving.containsKey(partition);
    }

    boolean isEmpty() {
        return leaving.isEmpty();
    }

    /** Told before what was read back is abandoned. */
    void begin(PartitionEpoch partition, PartitionParking parking, long nowNs) {
        if (parking.claimed && !parking.core.isIdle()) {
            leaving.put(partition, new Leaving(parking, nowNs + MOST_NS));
        }
    }

    /** Writes what is left to be said. {@link Effects#parkingLeft} follows, unless it takes too long. */
    void finish(PartitionEpoch partition, long committed, Completions done) {
        Leaving state = leaving.get(partition);
        if (state == null) {
            effects.parkingLeft(partition);
            return;
        }
        for (ByteBuffer key : state.parking.core.keys()) {
            long upTo = state.parking.core.lastMark(key, offset -> offset < committed || done.isDone(offset));
            if (upTo >= 0) {
                write(state, partition, key, upTo, new ParkingEntry.Done(state.parking.claim, key, upTo));
            }
        }
        for (ParkingEntry.Tried tried : state.parking.tried) {
            write(state, partition, tried.key(), tried.origin(), tried);
        }
        endIfDone(partition, state);
    }

    /** Keys are made of whole arrays only. */
    @SuppressWarnings("ByteBufferBackingArray")
    private void write(Leaving state, PartitionEpoch partition, ByteBuffer key, long offset, ParkingEntry content) {
        state.missing.add(content);
        writes.note(partition, key.array(), offset, content);
    }

    /** A write of a partition that is gone is durable. */
    void published(ParkingWrite write) {
        Leaving state = leaving.get(write.entry().partition);
        if (state != null && state.missing.remove(write.content())) {
            endIfDone(write.entry().partition, state);
        }
    }

    private void endIfDone(PartitionEpoch partition, Leaving state) {
        if (state.missing.isEmpty()) {
            leaving.remove(partition);
            effects.parkingLeft(partition);
        }
    }

    void tick(long nowNs) {
        leaving.entrySet().removeIf(each -> {
            boolean over = each.getValue().untilNs - nowNs <= 0;
            if (over) {
                effects.parkingLeft(each.getKey());
            }
            return over;
        });
    }
}
