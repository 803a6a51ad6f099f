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
        return crc.getValue();
    }
}
