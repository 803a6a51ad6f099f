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

    /** A record of the source is here now, and settled there. */
    record Parked(Owner owner, ByteBuffer key, long origin) implements ParkingEntry {}

    /** Everything of the key that was parked up to an offset of the source is settled. */
    record Done(Owner owner, ByteBuffer key, long upTo) implements ParkingEntry {}
}
