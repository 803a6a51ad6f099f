package io.sluice.ingest.delivery;

import java.nio.ByteBuffer;

/**
 * What a parking partition's log holds. Each entry tells who wrote it: what comes from anybody but the owner at that
 * place of the log is void.
 */
public sealed interface ParkingEntry {
    Owner owner();

    /**
     * Whoever writes it claims the partition from this place on. The greatest number wins; of equal ones the first.
     *
     * @param number greater than every one in the log when it was chosen, and not below the group's generation
     * @param id tells two claims with the same number apart
     */
    record Owner(long number, long id) implements ParkingEntry {
        @Override
        public Owner owner() {
            return this;
        }
    }

    /**
     * What is known of a record's failures.
     *
     * @param attempts failures that were its own
     * @param lonelyDeaths streams that ended while it was alone on them
     * @param firstFailedMs when it first failed, in milliseconds since the epoch
     */
    record Tries(int attempts, int lonelyDeaths, long firstFailedMs) {
        static final Tries NONE = new Tries(0, 0, 0);

        Tries and(Tries other) {
            return other.attempts + other.lonelyDeaths > attempts + lonelyDeaths ? other : this;
        }
    }

    /** A record of the source is here now, and settled there; what had happened to it goes with it. */
    record Parked(Owner owner, ByteBuffer key, long origin, Tries tries) implements ParkingEntry {
        Parked(Owner owner, ByteBuffer key, long origin) {
            this(owner, key, origin, Tries.NONE);
        }
    }

    /** A parked record was read back and has failed; counts whoever governs later. */
    record Tried(Owner owner, ByteBuffer key, long origin, Tries tries) implements ParkingEntry {}

    /** Everything of the key that was parked up to an offset of the source is settled. */
    record Done(Owner owner, ByteBuffer key, long upTo) implements ParkingEntry {}
}
