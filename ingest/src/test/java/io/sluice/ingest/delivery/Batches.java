package io.sluice.ingest.delivery;

import java.util.List;
import java.util.stream.IntStream;

/** Makes records and batches for tests of other packages. */
public final class Batches {
    private Batches() {}

    public static Entry entry(PartitionEpoch partition, long offset, byte[] key, byte[] value, Header... headers) {
        Entry entry = new Entry();
        entry.partition = partition;
        entry.offset = offset;
        entry.timestampMs = 1_700_000_000_000L + offset;
        entry.key = key;
        entry.value = value;
        entry.headers = headers;
        entry.bytes = Entry.bytesOf(key, value, headers);
        entry.wireBytes = Entry.wireBytesOf(partition.topic(), entry.bytes, headers);
        return entry;
    }

    /** The same record with other bookkeeping. */
    public static Entry with(Entry entry, long timestampMs, int timestampType, int attempts) {
        entry.timestampMs = timestampMs;
        entry.timestampType = timestampType;
        entry.attempts = attempts;
        return entry;
    }

    /** What the core reckons the record takes in a frame. */
    public static int reckonedWireBytes(Entry entry) {
        return entry.wireBytes;
    }

    /** Batches of ten, in no order, which wait so long for more while their stream has work. */
    public static DeliverySettings settings(long lingerNs) {
        return Settings.of(Ordering.NONE).linger(lingerNs).build();
    }

    /** Each record its own group. */
    public static Batch batch(long id, Entry... entries) {
        long bytes = List.of(entries).stream().mapToLong(Entry::bytes).sum();
        int[] groups = IntStream.range(0, entries.length).toArray();
        return new Batch(id, null, entries.clone(), groups, bytes, 0);
    }
}
