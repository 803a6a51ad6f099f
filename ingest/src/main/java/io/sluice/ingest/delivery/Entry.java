package io.sluice.ingest.delivery;

/**
 * One record in flight: from when the lane copies it out of the ring until its outcome is terminal. Pooled.
 *
 * <p>Owned by: the lane thread. The record's own fields do not change while an {@link Outgoing} holds the entry,
 * so the publishing thread may read them, and the counts, until it has reported back.
 */
public final class Entry {
    PartitionEpoch partition;
    long offset;
    /** Where it was read first, if this is one of the pipeline's own topics; else null. */
    Origin origin;

    long timestampMs;
    int timestampType;
    byte[] key;
    byte[] value;
    Header[] headers = Header.NONE;
    int bytes;
    /** At least what the record takes in an encoded batch. */
    int wireBytes;

    /** Failures that were the record's own. */
    int attempts;
    /** Times it was sent. */
    int deliveries;
    /** Streams that ended while it was being worked on. */
    int deaths;
    /** Of these, the ones it was alone on. */
    int lonelyDeaths;

    /** When it first failed by itself; 0: it has not. */
    long firstFailedNs;
    /** When it is given up; null: never, or it has not failed. */
    AgeLimit.Expiry expiry;
    /** What the processor, or the gateway, last said of its failure. */
    String lastCode = "";

    String lastReason = "";

    /** Out of its queue and on its way to the dead-letter topic. */
    boolean publishing;
    /** That write has failed at least once, so the key waits for it. */
    boolean held;
    /** The letter, while publishing. */
    Letter letter;

    /** Read back from the parking log: in a queue, but not in the list of its ledger. */
    boolean parked;

    /** Of one read back: how often it had failed when that was last noted in the log. */
    int noted;

    OffsetLedger ledger;
    /** How many records of the ledger came before it. */
    long ordinal;

    long receivedNs;
    Entry older;
    Entry newer;

    KeyQueue queue;
    Entry nextInQueue;

    /** The open batch that holds it, with its index there; null: in none. */
    Batch batch;

    int index;

    Entry() {}

    /** The assignment it was read under; of a retry topic, if it came back from one. */
    public PartitionEpoch partition() {
        return partition;
    }

    /** Topic of the original record. */
    public String topic() {
        return origin == null ? partition.topic() : origin.topic();
    }

    /** Partition of the original record. */
    public int partitionNumber() {
        return origin == null ? partition.partition() : origin.partition();
    }

    /** Offset of the original record. */
    public long offset() {
        return origin == null ? offset : origin.offset();
    }

    /** Retry topics it has been in. */
    public int hops() {
        return origin == null ? 0 : origin.hops();
    }

    /** Streams that ended while it was alone on them. */
    public int streamsEnded() {
        return lonelyDeaths;
    }

    /** What was last said of its failure; may be empty. */
    public String lastCode() {
        return lastCode;
    }

    /** What was last said of its failure; may be empty. */
    public String lastReason() {
        return lastReason;
    }

    /** Milliseconds since the epoch, or -1. */
    public long timestampMs() {
        return timestampMs;
    }

    /** As in Kafka: -1 none, 0 create time, 1 log append time. */
    public int timestampType() {
        return timestampType;
    }

    /** Null is not empty. */
    public byte[] key() {
        return key;
    }

    /** Null is not empty. */
    public byte[] value() {
        return value;
    }

    public Header[] headers() {
        return headers;
    }

    /** Size that counts for budgets and credit: key, value, headers. */
    public int bytes() {
        return bytes;
    }

    /** Failures so far that were the record's own. */
    public int attempts() {
        return attempts;
    }

    /** Times it was sent to a processor. */
    public int deliveries() {
        return deliveries;
    }

    /** When it first failed, on the lane's clock; 0: it has not. */
    public long firstFailedNs() {
        return firstFailedNs;
    }

    /** Bytes of key, value and headers; a null counts nothing. */
    public static int bytesOf(byte[] key, byte[] value, Header[] headers) {
        int n = (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
        for (Header header : headers) {
            n += header.name().length() + (header.value() == null ? 0 : header.value().length);
        }
        return n;
    }

    /**
     * At least what a record takes in an encoded batch, in bytes: a name's characters take up to three bytes each, the
     * fixed fields and lengths at most 64, and 16 for each header.
     */
    static int wireBytesOf(String topic, int bytes, Header[] headers) {
        int n = bytes + 3 * topic.length() + 64;
        for (Header header : headers) {
            n += 16 + 2 * header.name().length();
        }
        return n;
    }

    /** A record just received; its times and its past come on top. */
    void fill(PartitionEpoch from, long at, byte[] newKey, byte[] newValue, Header[] newHeaders, String topic) {
        partition = from;
        offset = at;
        key = newKey;
        value = newValue;
        headers = newHeaders;
        bytes = bytesOf(key, value, headers);
        wireBytes = wireBytesOf(topic, bytes, headers);
    }

    /** Whether it has failed in a way that neither its partition's records nor a commit tell yet. */
    boolean failedHere() {
        return origin == null
                ? attempts > 0 || lonelyDeaths > 0
                : attempts > origin.attempts() || lonelyDeaths > origin.streamsEnded();
    }

    /** Takes over what an earlier owner, or this one, has counted; one more failure is left before it is given up. */
    void recall(int itsAttempts, int itsLonelyDeaths, long itsFirstFailedNs, RetryPolicy retry) {
        // One that had its last attempt has no durable dead letter; it fails once more before it gets one.
        attempts = Math.min(itsAttempts, retry.maxAttempts() - 1);
        lonelyDeaths = Math.min(itsLonelyDeaths, retry.maxDeliveries() - 1);
        deaths = lonelyDeaths > 0 ? Queues.SUSPECT_AFTER : 0;
        firstFailedNs = itsAttempts > 0 ? itsFirstFailedNs : 0;
    }

    /** Takes over what had happened to it before it came back from a retry topic. */
    void carryOn(Origin from) {
        origin = from;
        timestampMs = from.timestampMs();
        timestampType = from.timestampType();
        attempts = from.attempts();
        deliveries = from.deliveries();
        lonelyDeaths = from.streamsEnded();
        deaths = lonelyDeaths > 0 ? Queues.SUSPECT_AFTER : 0;
        firstFailedNs = from.firstFailedNs();
        lastCode = from.code();
        lastReason = from.reason();
    }

    void clear() {
        partition = null;
        origin = null;
        key = null;
        value = null;
        headers = Header.NONE;
        attempts = 0;
        deliveries = 0;
        deaths = 0;
        lonelyDeaths = 0;
        firstFailedNs = 0;
        expiry = null;
        lastCode = "";
        lastReason = "";
        publishing = false;
        held = false;
        letter = null;
        parked = false;
        noted = 0;
        ledger = null;
        older = null;
        newer = null;
        queue = null;
        nextInQueue = null;
        batch = null;
    }

    /** Such as {@code quakes-3@1042}; the original record's. */
    @Override
    public String toString() {
        return topic() + '-' + partitionNumber() + '@' + offset();
    }
}
