package io.sluice.ingest.delivery;

/** Makes entries for tests of what comes after the core. */
public final class Entries {
    private Entries() {}

    /** An entry with a record and its history. */
    public static Entry of(
            PartitionEpoch partition,
            long offset,
            long timestampMs,
            byte[] key,
            byte[] value,
            Header[] headers,
            int attempts,
            int deliveries,
            long firstFailedNs) {
        Entry entry = new Entry();
        entry.partition = partition;
        entry.offset = offset;
        entry.timestampMs = timestampMs;
        entry.key = key;
        entry.value = value;
        entry.headers = headers;
        entry.bytes = Entry.bytesOf(key, value, headers);
        entry.attempts = attempts;
        entry.deliveries = deliveries;
        entry.firstFailedNs = firstFailedNs;
        return entry;
    }
}
