package io.sluice.processor;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka record, byte for byte. Immutable and safe to share between threads.
 *
 * <p>Key, value and header values may be null, and null is not empty: a record without a value is a tombstone.
 */
@SuppressWarnings("JavaLangClash") // the name of the contract; nobody needs java.lang.Record by name
public final class Record {
    /** The message from the wire: decoded lazily, so that what a handler does not ask for costs nothing. */
    private final io.sluice.proto.processor.v1.Record message;

    Record(io.sluice.proto.processor.v1.Record message) {
        this.message = message;
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

    io.sluice.proto.processor.v1.Record message() {
        return message;
    }

    /** Name of the topic. */
    public String topic() {
        return message.getTopic();
    }

    /** The partition, from 0. */
    public int partition() {
        return message.getPartition();
    }

    /** The offset in its partition, from 0. Offsets may have gaps. */
    public long offset() {
        return message.getOffset();
    }

    /** When the record was made or stored: milliseconds since 1970-01-01T00:00Z; -1: none. */
    public long timestampMs() {
        return message.getTimestampMs();
    }

    /**
     * {@link #timestampMs()} as an instant.
     *
     * @return the time, or null if there is none
     */
    public @Nullable Instant timestamp() {
        return message.getTimestampMs() < 0 ? null : Instant.ofEpochMilli(message.getTimestampMs());
    }

    /** Who set the timestamp. */
    public TimestampType timestampType() {
        return switch (message.getTimestampType()) {
            case TIMESTAMP_TYPE_CREATE_TIME -> TimestampType.CREATE_TIME;
            case TIMESTAMP_TYPE_LOG_APPEND_TIME -> TimestampType.LOG_APPEND_TIME;
            default -> TimestampType.NONE;
        };
    }

    /** The key: a copy of the bytes, or null. */
    public byte @Nullable [] key() {
        return message.hasKey() ? message.getKey().toByteArray() : null;
    }

    /** The key as a text: the bytes decoded as UTF-8, or null. */
    public @Nullable String keyAsString() {
        return message.hasKey() ? message.getKey().toStringUtf8() : null;
    }

    /** The value: a copy of the bytes, or null (a tombstone). */
    public byte @Nullable [] value() {
        return message.hasValue() ? message.getValue().toByteArray() : null;
    }

    /** The value as a text: the bytes decoded as UTF-8, or null. */
    public @Nullable String valueAsString() {
        return message.hasValue() ? message.getValue().toStringUtf8() : null;
    }

    /** The value without a copy: a read-only buffer of its own position, or null. */
    public @Nullable ByteBuffer valueBuffer() {
        return message.hasValue() ? message.getValue().asReadOnlyByteBuffer() : null;
    }

    /** The headers: an immutable list in Kafka's order; names may repeat. */
    public List<Header> headers() {
        return message.getHeadersCount() == 0
                ? List.of()
                : message.getHeadersList().stream()
                        .map(h -> Header.of(
                                h.getName(), h.hasValue() ? h.getValue().toByteArray() : null))
                        .toList();
    }

    /**
     * The last header of a name.
     *
     * @param name the name
     * @return the header, or null if there is none
     */
    public @Nullable Header lastHeader(String name) {
        List<Header> all = headers();
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).name().equals(name)) {
                return all.get(i);
            }
        }
        return null;
    }

    /** Records of a batch with the same group are processed one after the other; means nothing outside the batch. */
    public int group() {
        return message.getGroup();
    }

    /** Which attempt this is, from 1. Counts failures of the record itself; lost streams do not count. */
    public int attempt() {
        return message.getAttempt();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Record r && message.equals(r.message);
    }

    @Override
    public int hashCode() {
        return message.hashCode();
    }

    /** Where the record comes from; never its payload. */
    @Override
    public String toString() {
        return topic() + "-" + partition() + "@" + offset();
    }

    /** Makes records for tests. Not for several threads. */
    public static final class Builder {
        private final io.sluice.proto.processor.v1.Record.Builder message;

        private Builder(String topic, int partition, long offset) {
            message = io.sluice.proto.processor.v1.Record.newBuilder()
                    .setTopic(Objects.requireNonNull(topic, "topic"))
                    .setPartition(partition)
                    .setOffset(offset)
                    .setTimestampMs(-1)
                    .setAttempt(1);
        }

        /**
         * Sets the key.
         *
         * @param key the bytes, copied; null for none
         * @return this
         */
        public Builder key(byte @Nullable [] key) {
            if (key == null) {
                message.clearKey();
            } else {
                message.setKey(ByteString.copyFrom(key));
            }
            return this;
        }

        /**
         * Sets the key to a text in UTF-8.
         *
         * @param key the text
         * @return this
         */
        public Builder key(String key) {
            message.setKey(ByteString.copyFromUtf8(key));
            return this;
        }

        /**
         * Sets the value.
         *
         * @param value the bytes, copied; null for none
         * @return this
         */
        public Builder value(byte @Nullable [] value) {
            if (value == null) {
                message.clearValue();
            } else {
                message.setValue(ByteString.copyFrom(value));
            }
            return this;
        }

        /**
         * Sets the value to a text in UTF-8.
         *
         * @param value the text
         * @return this
         */
        public Builder value(String value) {
            message.setValue(ByteString.copyFromUtf8(value));
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
            message.setTimestampMs(ms).setTimestampType(Wire.timestampType(type));
            return this;
        }

        /**
         * Adds a header.
         *
         * @param header the header
         * @return this
         */
        public Builder header(Header header) {
            message.addHeaders(Wire.header(header));
            return this;
        }

        /**
         * Sets the attempt.
         *
         * @param attempt from 1
         * @return this
         */
        public Builder attempt(int attempt) {
            message.setAttempt(attempt);
            return this;
        }

        /**
         * Makes the record.
         *
         * @return the record
         */
        public Record build() {
            return new Record(message.build());
        }
    }
}
