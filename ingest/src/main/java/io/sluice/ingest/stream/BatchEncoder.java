package io.sluice.ingest.stream;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Duration;
import com.google.protobuf.WireFormat;
import io.sluice.ingest.delivery.Batch;
import io.sluice.ingest.delivery.Entry;
import io.sluice.ingest.delivery.Header;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.Record;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches straight from the entries in flight, byte for byte what protobuf would make of them, into a buffer that
 * is used again once the transport has taken the last one. Owned by: lane thread.
 *
 * <p>Size. A frame takes at most {@link #FRAME_OVERHEAD} bytes plus, for each record, {@code bytes + topic + 64 + 16 *
 * headers}, with {@code bytes} the size of key, value, header names and header values and {@code topic} the topic's
 * name, all in bytes of UTF-8. The core cuts batches by that bound, so that none exceeds what a processor accepts. The
 * 64 are, at worst: 6 for the record's own tag and length, 3 for the topic's, 6 partition, 10 offset, 11 timestamp, 2
 * timestamp type, 6 each for the tags and lengths of key and value, 6 group and 6 attempt; the 16 hold while a header is
 * below 256 MiB.
 */
final class BatchEncoder {
    /** More than a frame needs besides its records: tags, batch id, lease. */
    static final int FRAME_OVERHEAD = 64;

    /** All field numbers of these messages are below 16. */
    private static final int TAG_BYTES = 1;

    /** A larger buffer, for a large record, is not kept. */
    private static final int LARGEST_KEPT = 1 << 20;

    private byte[] buffer = new byte[64 << 10];
    private @Nullable OutFrame last;
    private int[] sizes = new int[512];
    private String topic = "";
    private byte[] topicBytes = new byte[0];

    /** The frame of a batch. */
    OutFrame encode(Batch batch, long leaseNs) {
        Duration lease = Durations.of(leaseNs);
        int content = CodedOutputStream.computeUInt64Size(
                        io.sluice.proto.processor.v1.Batch.BATCH_ID_FIELD_NUMBER, batch.id())
                + CodedOutputStream.computeMessageSize(io.sluice.proto.processor.v1.Batch.LEASE_FIELD_NUMBER, lease)
                + measure(batch);
        int length = delimited(content);
        try {
            byte[] target = target(length);
            CodedOutputStream out = CodedOutputStream.newInstance(target, 0, length);
            begin(out, GatewayFrame.BATCH_FIELD_NUMBER, content);
            out.writeUInt64(io.sluice.proto.processor.v1.Batch.BATCH_ID_FIELD_NUMBER, batch.id());
            out.writeMessage(io.sluice.proto.processor.v1.Batch.LEASE_FIELD_NUMBER, lease);
            for (int i = 0; i < batch.size(); i++) {
                begin(out, io.sluice.proto.processor.v1.Batch.RECORDS_FIELD_NUMBER, sizes[i]);
                write(out, batch.entry(i), batch.group(i));
            }
            out.checkNoSpaceLeft();
            last = new OutFrame(target, length);
            return last;
        } catch (IOException e) {
            throw new IllegalStateException("batch " + batch.id() + " was measured wrongly", e);
        }
    }

    private byte[] target(int length) {
        boolean free = last == null || last.taken();
        if (free && length <= buffer.length) {
            return buffer;
        }
        byte[] target =
                new byte[length > LARGEST_KEPT ? length : Math.max(buffer.length, Math.min(LARGEST_KEPT, 2 * length))];
        if (target.length <= LARGEST_KEPT) {
            buffer = target;
        }
        return target;
    }

    /** Notes the size of each record; returns what they take in the batch. */
    private int measure(Batch batch) {
        int n = batch.size();
        if (n > sizes.length) {
            sizes = new int[Math.max(n, 2 * sizes.length)];
        }
        int sum = 0;
        for (int i = 0; i < n; i++) {
            sizes[i] = sizeOf(batch.entry(i), batch.group(i));
            sum = Math.addExact(sum, delimited(sizes[i]));
        }
        return sum;
    }

    private int sizeOf(Entry entry, int group) {
        int partition = entry.partitionNumber();
        long offset = entry.offset();
        long timestampMs = entry.timestampMs();
        int type = type(entry);
        int n = delimited(utf8(entry.topic()).length)
                + (partition == 0 ? 0 : TAG_BYTES + CodedOutputStream.computeInt32SizeNoTag(partition))
                + (offset == 0 ? 0 : TAG_BYTES + CodedOutputStream.computeInt64SizeNoTag(offset))
                + (timestampMs == 0 ? 0 : TAG_BYTES + CodedOutputStream.computeInt64SizeNoTag(timestampMs))
                + (type == 0 ? 0 : TAG_BYTES + 1)
                + (entry.key() == null ? 0 : delimited(entry.key().length))
                + (entry.value() == null ? 0 : delimited(entry.value().length))
                + (group == 0 ? 0 : TAG_BYTES + CodedOutputStream.computeUInt32SizeNoTag(group))
                + TAG_BYTES
                + CodedOutputStream.computeUInt32SizeNoTag(entry.attempts() + 1);
        for (Header header : entry.headers()) {
            n += delimited(sizeOf(header));
        }
        return n;
    }

    private static int sizeOf(Header header) {
        return (header.name().isEmpty()
                        ? 0
                        : CodedOutputStream.computeStringSize(
                                io.sluice.proto.processor.v1.Header.NAME_FIELD_NUMBER, header.name()))
                + (header.value() == null ? 0 : delimited(header.value().length));
    }

    private void write(CodedOutputStream out, Entry entry, int group) throws IOException {
        out.writeByteArray(Record.TOPIC_FIELD_NUMBER, utf8(entry.topic()));
        if (entry.partitionNumber() != 0) {
            out.writeInt32(Record.PARTITION_FIELD_NUMBER, entry.partitionNumber());
        }
        if (entry.offset() != 0) {
            out.writeInt64(Record.OFFSET_FIELD_NUMBER, entry.offset());
        }
        if (entry.timestampMs() != 0) {
            out.writeInt64(Record.TIMESTAMP_MS_FIELD_NUMBER, entry.timestampMs());
        }
        if (type(entry) != 0) {
            out.writeEnum(Record.TIMESTAMP_TYPE_FIELD_NUMBER, type(entry));
        }
        if (entry.key() != null) {
            out.writeByteArray(Record.KEY_FIELD_NUMBER, entry.key());
        }
        if (entry.value() != null) {
            out.writeByteArray(Record.VALUE_FIELD_NUMBER, entry.value());
        }
        for (Header header : entry.headers()) {
            begin(out, Record.HEADERS_FIELD_NUMBER, sizeOf(header));
            if (!header.name().isEmpty()) {
                out.writeString(io.sluice.proto.processor.v1.Header.NAME_FIELD_NUMBER, header.name());
            }
            if (header.value() != null) {
                out.writeByteArray(io.sluice.proto.processor.v1.Header.VALUE_FIELD_NUMBER, header.value());
            }
        }
        if (group != 0) {
            out.writeUInt32(Record.GROUP_FIELD_NUMBER, group);
        }
        out.writeUInt32(Record.ATTEMPT_FIELD_NUMBER, entry.attempts() + 1);
    }

    private static void begin(CodedOutputStream out, int field, int length) throws IOException {
        out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(length);
    }

    /** What something of that length takes as a field of its own. */
    private static int delimited(int length) {
        return TAG_BYTES + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
    }

    /** Most batches are of one topic. */
    private byte[] utf8(String name) {
        if (!name.equals(topic)) {
            topic = name;
            topicBytes = name.getBytes(StandardCharsets.UTF_8);
        }
        return topicBytes;
    }

    /** As in the contract; Kafka's are one less. */
    private static int type(Entry entry) {
        int kafka = entry.timestampType();
        return kafka == 0 || kafka == 1 ? kafka + 1 : 0;
    }
}
