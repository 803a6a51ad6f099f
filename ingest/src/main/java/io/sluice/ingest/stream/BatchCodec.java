package io.sluice.ingest.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.sluice.ingest.delivery.Entry;
import io.sluice.ingest.delivery.Header;
import io.sluice.proto.processor.v1.Batch;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.Record;
import io.sluice.proto.processor.v1.TimestampType;

/**
 * Batches to frames. Record bytes are wrapped, not copied: the transport writes them out before {@code onNext} returns,
 * and nobody modifies a record.
 *
 * <p>Size. A frame's encoded form takes at most {@link #FRAME_OVERHEAD} bytes plus, for each record,
 * {@code bytes + topic + 64 + 16 * headers}, with {@code bytes} the size of key, value, header names and header
 * values and {@code topic} the topic's name, all in bytes of UTF-8. The core cuts batches by that bound, so that
 * none exceeds what a processor accepts. The 64 are, at worst: 6 for the record's own tag and length, 3 for the
 * topic's, 6 partition, 10 offset, 11 timestamp, 2 timestamp type, 6 each for the tags and lengths of key and
 * value, 6 group and 6 attempt; the 16 hold while a header is below 256 MiB.
 */
final class BatchCodec {
    /** More than a frame needs besides its records: tags, batch id, lease. */
    static final int FRAME_OVERHEAD = 64;

    private static final int RECORD_OVERHEAD = 64;
    private static final int HEADER_OVERHEAD = 16;

    private BatchCodec() {}

    /**
     * At least what a record adds to the encoded frame, in bytes.
     *
     * @throws ArithmeticException beyond an int
     */
    static int wireBytes(Entry entry) {
        long size = (long) utf8(entry.topic()) + RECORD_OVERHEAD + length(entry.key()) + length(entry.value());
        for (Header header : entry.headers()) {
            size += HEADER_OVERHEAD + utf8(header.name()) + length(header.value());
        }
        return Math.toIntExact(size);
    }

    static GatewayFrame encode(io.sluice.ingest.delivery.Batch batch, long leaseNs) {
        Batch.Builder out = Batch.newBuilder().setBatchId(batch.id()).setLease(Durations.of(leaseNs));
        for (int i = 0; i < batch.size(); i++) {
            out.addRecords(record(batch.entry(i), batch.group(i)));
        }
        return GatewayFrame.newBuilder().setBatch(out).build();
    }

    private static Record record(Entry entry, int group) {
        Record.Builder out = Record.newBuilder()
                .setTopic(entry.topic())
                .setPartition(entry.partitionNumber())
                .setOffset(entry.offset())
                .setTimestampMs(entry.timestampMs())
                .setTimestampType(timestampType(entry.timestampType()))
                .setGroup(group)
                .setAttempt(entry.attempts() + 1);
        if (entry.key() != null) {
            out.setKey(wrap(entry.key()));
        }
        if (entry.value() != null) {
            out.setValue(wrap(entry.value()));
        }
        for (Header header : entry.headers()) {
            io.sluice.proto.processor.v1.Header.Builder h =
                    io.sluice.proto.processor.v1.Header.newBuilder().setName(header.name());
            if (header.value() != null) {
                h.setValue(wrap(header.value()));
            }
            out.addHeaders(h);
        }
        return out.build();
    }

    private static TimestampType timestampType(int kafka) {
        return switch (kafka) {
            case 0 -> TimestampType.TIMESTAMP_TYPE_CREATE_TIME;
            case 1 -> TimestampType.TIMESTAMP_TYPE_LOG_APPEND_TIME;
            default -> TimestampType.TIMESTAMP_TYPE_UNSPECIFIED;
        };
    }

    private static ByteString wrap(byte[] bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** Upper bound of a string's size in UTF-8. */
    private static int utf8(String text) {
        int n = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            n += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        }
        return n;
    }
}
