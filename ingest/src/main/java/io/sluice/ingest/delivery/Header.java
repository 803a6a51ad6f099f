package io.sluice.ingest.delivery;

/**
 * A record header, byte for byte.
 *
 * @param name as in Kafka; names may repeat within a record
 * @param value the bytes, or null, which is not the same as empty; never modified
 */
public record Header(String name, byte[] value) {
    /** Shared by all records without headers. */
    public static final Header[] NONE = {};
}
