package io.sluice.sample;

import io.sluice.processor.Record;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Chooses which records fail their first attempt: always the same ones, by a hash of where the record stands, so that
 * the Java and the Python sample fail the same records.
 */
final class SimulatedFailures {
    private static final double HASHES = 4_294_967_296.0;

    private final double share;

    /** A share from 0 (none) to 1 (all). */
    SimulatedFailures(double share) {
        this.share = share;
    }

    boolean chooses(Record record) {
        return share > 0 && record.attempt() <= 1 && hash(record) < share * HASHES;
    }

    private static long hash(Record record) {
        CRC32 crc = new CRC32();
        String place = record.topic() + "/" + record.partition() + "/" + record.offset();
        crc.update(place.getBytes(StandardCharsets.UTF_8));
        return mixed((int) crc.getValue());
    }

    /** A CRC alone gives neighbouring offsets neighbouring values, which chooses too few or too many of them. */
    private static long mixed(int crc) {
        int hash = (crc ^ (crc >>> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >>> 13)) * 0xC2B2AE35;
        return Integer.toUnsignedLong(hash ^ (hash >>> 16));
    }
}
