package io.sluice.processor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka record, byte for byte. Immutable and safe to share between threads.
 *
 * <p>Key, value and header values may be null, and null is not empty: a record without a value is a tombstone.
 *
 * <p>A record holds on to the bytes of the frame that it came in, with all the others of its batch: whoever keeps something for
 * long, in a cache or a window, keeps what {@link #key()} or {@link #value()} has copied rather than the record.
 */
@SuppressWarnings("JavaLangClash") // the name of the contract; nobody needs java.lang.Record by name
public final class Record {
    /** The length of what is null. */
    static final int NULL = -1;

    private final String topic;
    private final int partition;
    private final long offset;
    private final long timestampMs;
    private final TimestampType timestampType;
    /** Key and value stand in here; the bytes of a whole frame, if the record came in one. */
    private final byte[] bytes;

    private final int keyAt;
    private final int keyLength;
    private final int valueAt;
    private final int valueLength;
    private final List<Header> headers;
    private final int group;
    private final int attempt;

    /** From parts that nobody changes any more; lengths may be {@link #NULL}. */
    Record(
            String topic,
            int partition,
            long offset,
            long timestampMs,
            TimestampType timestampType,
            byte[] bytes,
            int keyAt,
            int keyLength,
            int valueAt,
            int valueLength,
            List<Header> headers,
            int group,
            int attempt) {
        this.topic = topic;
        this.partition = partition;
        this.offset = offset;
        this.timestampMs = timestampMs;
        this.timestampType = timestampType;
        this.bytes = bytes;
        this.keyAt = keyAt;
        this.keyLength = keyLength;
        this.valueAt = valueAt;
        this.valueLength = valueLength;
        this.headers = headers;
        this.group = group;
        this.attempt = attempt;
    }

    /**
     * A record for a test.
     *
     * @param topic the topic
     * @param partition the partition, from 0
     * @param offset the offset, from 0
     * @return a builder with no key, no value, no headers, no timestamp, attempt 1
     */
    public static Builder at(String topic, int partition, long offset) {
        return new Builder(topic, partition, offset);
    }

    /** From a key and a value that are not changed any more. */
    static Record ofParts(
            String topic,
            int partition,
            long offset,
            long timestampMs,
            TimestampType timestampType,
            byte @Nullable [] key,
            byte @Nullable [] value,
            List<Header> headers,
            int group,
            int attempt) {
        int keyLength = key == null ? 0 : key.length;
        int valueLength = value == null ? 0 : value.length;
        byte[] both = key == null ? new byte[valueLength] : Arrays.copyOf(key, keyLength + valueLength);
        if (value != null) {
            System.arraycopy(value, 0, both, keyLength, valueLength);
        }
        return new Record(
                topic,
                partition,
                offset,
                timestampMs,
                timestampType,
                both,
                0,
                key == null ? NULL : keyLength,
                keyLength,
                value == null ? NULL : valueLength,
                headers,
                group,
                attempt);
    }

    /** Name of the topic. */
    public String topic() {
        return topic;
    }

    /** The partition, from 0. */
    public int partition() {
        return partition;
    }

    /** The offset in its partition, from 0. Offsets may have gaps. */
    public long offset() {
        return offset;
    }

    /** When the record was made or stored: milliseconds since 1970-01-01T00:00Z; -1: none. */
    public long timestampMs() {
        return timestampMs;
    }

    /**
     * {@link #timestampMs()} as an instant.
     *
     * @return the time, or null if there is none
     */
    public @Nullable Instant timestamp() {
        return timestampMs < 0 ? null : Instant.ofEpochMilli(timestampMs);
    }

    /** Who set the timestamp. */
    public TimestampType timestampType() {
        return timestampType;
    }

    /** The key: a copy of the bytes, or null. */
    public byte @Nullable [] key() {
        return keyLength == NULL ? null : Arrays.copyOfRange(bytes, keyAt, keyAt + keyLength);
    }

    /** The key as a text: the bytes decoded as UTF-8, or null. */
    public @Nullable String keyAsString() {
        return keyLength == NULL ? null : new String(bytes, keyAt, keyLength, StandardCharsets.UTF_8);
    }

    /** The value: a copy of the bytes, or null (a tombstone). */
    public byte @Nullable [] value() {
        return valueLength == NULL ? null : Arrays.copyOfRange(bytes, valueAt, valueAt + valueLength);
    }

    /** The value as a text: the bytes decoded as UTF-8, or null. */
    public @Nullable String valueAsString() {
        return valueLength == NULL ? null : new String(bytes, valueAt, valueLength, StandardCharsets.UTF_8);
    }

    /** The value without a copy: a read-only buffer of its own position, or null. */
    public @Nullable ByteBuffer valueBuffer() {
        return valueLength == NULL
                ? null
                : ByteBuffer.wrap(bytes, valueAt, valueLength).slice().asReadOnlyBuffer();
    }

    /** The headers: an immutable list in Kafka's order; names may repeat. */
    public List<Header> headers() {
        return headers;
    }

    /**
     * The last header of a name.
     *
     * @param name the name
     * @return the header, or null if there is none
     */
    public @Nullable Header lastHeader(String name) {
        for (int i = headers.size() - 1; i >= 0; i--) {
            if (headers.get(i).name().equals(name)) {
                return headers.get(i);
            }
        }
        return null;
    }

    /** Records of a batch with the same group are processed one after the other; means nothing outside the batch. */
    public int group() {
        return group;
    }

    /** Which attempt this is, from 1. Counts failures of the record itself; lost streams do not count. */
    public int attempt() {
        return attempt;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Record r
                        && offset == r.offset
                        && partition == r.partition
                        && timestampMs == r.timestampMs
                        && timestampType == r.timestampType
                        && group == r.group
                        && attempt == r.attempt
                        && topic.equals(r.topic)
                        && same(keyAt, keyLength, r, r.keyAt, r.keyLength)
                        && same(valueAt, valueLength, r, r.valueAt, r.valueLength)
                        && headers.equals(r.headers));
    }

    private boolean same(int at, int length, Record other, int otherAt, int otherLength) {
        return length == otherLength
                && (length == NULL
                        || Arrays.equals(bytes, at, at + length, other.bytes, otherAt, otherAt + otherLength));
    }

    @Override
    public int hashCode() {
        return Objects.hash(topic, partition, offset);
    }

    /** Where the record comes from; never its payload. */
    @Override
    public String toString() {
        return topic() + "-" + partition() + "@" + offset();
    }

    /** Makes records for tests. Not for several threads. */
    public static final class Builder {
        private final String topic;
        private final int partition;
        private final long offset;
        private byte @Nullable [] key;
        private byte @Nullable [] value;
        private long timestampMs = -1;
        private TimestampType timestampType = TimestampType.NONE;
        private final List<Header> headers = new ArrayList<>();
        private int attempt = 1;

        private Builder(String topic, int partition, long offset) {
            this.topic = Objects.requireNonNull(topic, "topic");
            this.partition = partition;
            this.offset = offset;
        }

        /**
         * Sets the key.
         *
         * @param key the bytes, copied; null for none
         * @return this
         */
        public Builder key(byte @Nullable [] key) {
            this.key = key == null ? null : key.clone();
            return this;
        }

        /**
         * Sets the key to a text in UTF-8.
         *
         * @param key the text
         * @return this
         */
        public Builder key(String key) {
            this.key = key.getBytes(StandardCharsets.UTF_8);
            return this;
        }

        /**
         * Sets the value.
         *
         * @param value the bytes, copied; null for none
         * @return this
         */
        public Builder value(byte @Nullable [] value) {
            this.value = value == null ? null : value.clone();
            return this;
        }

        /**
         * Sets the value to a text in UTF-8.
         *
         * @param value the text
         * @return this
         */
        public Builder value(String value) {
            this.value = value.getBytes(StandardCharsets.UTF_8);
            return this;
        }

        /**
         * Sets the timestamp.
         *
         * @param ms milliseconds since 1970-01-01T00:00Z; -1: none
         * @param type who set it
         * @return this
         */
        public Builder timestamp(long ms, TimestampType type) {
            timestampMs = ms;
            timestampType = Objects.requireNonNull(type, "timestamp type");
            return this;
        }

        /**
         * Adds a header.
         *
         * @param header the header
         * @return this
         */
        public Builder header(Header header) {
            headers.add(Objects.requireNonNull(header, "header"));
            return this;
        }

        /**
         * Sets the attempt.
         *
         * @param attempt from 1
         * @return this
         */
        public Builder attempt(int attempt) {
            this.attempt = attempt;
            return this;
        }

        /**
         * Makes the record.
         *
         * @return the record
         */
        public Record build() {
            return ofParts(
                    topic, partition, offset, timestampMs, timestampType, key, value, List.copyOf(headers), 0, attempt);
        }
    }
}
