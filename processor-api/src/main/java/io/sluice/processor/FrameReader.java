package io.sluice.processor;

import com.google.protobuf.Duration;
import io.sluice.proto.processor.v1.GatewayFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one frame. A batch as gateways send it becomes {@link Record}s that point into the frame's bytes, without an
 * object for each of its fields.
 *
 * <p>Implementation notes. This reader knows the fields of this version of the contract, each with its own wire type and
 * a tag of one byte, and gives up on anything else: an unknown or repeated field where that matters, a length that leads
 * out of its message, text that is not UTF-8. Protobuf then decodes the same bytes from the start, and says what they
 * are or what is wrong with them. So what is accepted, what it means and how the rest is refused is protobuf's choice
 * alone; what must hold here is only that whatever is read is what protobuf would have read.
 */
final class FrameReader {
    // Field number and wire type as they stand on the wire.
    private static final int FRAME_BATCH = 2 << 3 | 2;
    private static final int BATCH_ID = 1 << 3;
    private static final int BATCH_LEASE = 2 << 3 | 2;
    private static final int BATCH_RECORD = 3 << 3 | 2;
    private static final int TOPIC = 1 << 3 | 2;
    private static final int PARTITION = 2 << 3;
    private static final int OFFSET = 3 << 3;
    private static final int TIMESTAMP_MS = 4 << 3;
    private static final int TIMESTAMP_TYPE = 5 << 3;
    private static final int KEY = 6 << 3 | 2;
    private static final int VALUE = 7 << 3 | 2;
    private static final int HEADER = 8 << 3 | 2;
    private static final int GROUP = 9 << 3;
    private static final int ATTEMPT = 10 << 3;
    private static final int HEADER_NAME = 1 << 3 | 2;
    private static final int HEADER_VALUE = 2 << 3 | 2;

    private final byte[] bytes;
    private int pos;

    /** The last topic met, and where it stands: most batches are of one topic. */
    private String topic = "";

    private int topicAt;
    private int topicLength;

    private FrameReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Decodes a frame.
     *
     * @param bytes the frame; not changed any more by anyone, since its records read from it
     * @throws com.google.protobuf.InvalidProtocolBufferException if they are not one
     */
    static InFrame read(byte[] bytes) throws IOException {
        InBatch batch = plainBatch(bytes);
        if (batch != null) {
            return batch;
        }
        GatewayFrame frame = GatewayFrame.parseFrom(bytes);
        return frame.hasBatch() ? InBatch.of(frame.getBatch()) : new InFrame.Control(frame);
    }

    /** The batch that a frame is; null: it is something else, or has to be decoded by protobuf. */
    static @Nullable InBatch plainBatch(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != FRAME_BATCH) {
            return null;
        }
        try {
            return new FrameReader(bytes).batch();
        } catch (Unusual | IOException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private InBatch batch() throws Unusual, IOException {
        int end = bytes.length;
        pos = 1;
        if (length(end) != end - pos) {
            throw new Unusual();
        }
        long id = 0;
        Duration lease = null;
        Record[] records = new Record[16];
        int size = 0;
        while (pos < end) {
            switch (bytes[pos++]) {
                case BATCH_ID -> id = varint();
                case BATCH_LEASE -> {
                    if (lease != null) {
                        throw new Unusual();
                    }
                    int length = length(end);
                    lease = Duration.parser().parseFrom(bytes, pos, length);
                    pos += length;
                }
                case BATCH_RECORD -> {
                    int length = length(end);
                    if (size == records.length) {
                        // Records are mostly of a size: what is left of the frame says how many are to come.
                        records = Arrays.copyOf(records, size + Math.max(size / 2, (end - pos) / (length + 2) + 1));
                    }
                    records[size++] = record(pos + length);
                }
                default -> throw new Unusual();
            }
        }
        if (pos != end) {
            throw new Unusual();
        }
        return InBatch.of(id, lease, size == records.length ? records : Arrays.copyOf(records, size));
    }

    private Record record(int end) throws Unusual {
        String name = "";
        int partition = 0;
        long offset = 0;
        long timestampMs = 0;
        TimestampType type = TimestampType.NONE;
        int keyAt = 0;
        int keyLength = Record.NULL;
        int valueAt = 0;
        int valueLength = Record.NULL;
        List<Header> headers = List.of();
        int group = 0;
        int attempt = 0;
        while (pos < end) {
            switch (bytes[pos++]) {
                case TOPIC -> name = topic(length(end));
                case PARTITION -> partition = (int) varint();
                case OFFSET -> offset = varint();
                case TIMESTAMP_MS -> timestampMs = varint();
                case TIMESTAMP_TYPE -> type = Wire.timestampType((int) varint());
                case KEY -> {
                    keyLength = length(end);
                    keyAt = pos;
                    pos += keyLength;
                }
                case VALUE -> {
                    valueLength = length(end);
                    valueAt = pos;
                    pos += valueLength;
                }
                case HEADER -> {
                    headers = headers.isEmpty() ? new ArrayList<>(4) : headers;
                    int length = length(end);
                    headers.add(header(pos + length));
                }
                case GROUP -> group = (int) varint();
                case ATTEMPT -> attempt = (int) varint();
                default -> throw new Unusual();
            }
        }
        if (pos != end) {
            throw new Unusual();
        }
        return new Record(
                name,
                partition,
                offset,
                timestampMs,
                type,
                bytes,
                keyAt,
                keyLength,
                valueAt,
                valueLength,
                headers.isEmpty() ? headers : Collections.unmodifiableList(headers),
                group,
                attempt);
    }

    private Header header(int end) throws Unusual {
        String name = "";
        byte[] value = null;
        while (pos < end) {
            switch (bytes[pos++]) {
                case HEADER_NAME -> name = text(length(end));
                case HEADER_VALUE -> {
                    int length = length(end);
                    value = Arrays.copyOfRange(bytes, pos, pos + length);
                    pos += length;
                }
                default -> throw new Unusual();
            }
        }
        if (pos != end) {
            throw new Unusual();
        }
        return Header.owning(name, value);
    }

    private String topic(int length) throws Unusual {
        if (length != topicLength || !Arrays.equals(bytes, pos, pos + length, bytes, topicAt, topicAt + length)) {
            topicAt = pos;
            topicLength = length;
            topic = text(length);
        } else {
            pos += length;
        }
        return topic;
    }

    private String text(int length) throws Unusual {
        String text = new String(bytes, pos, length, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            // Stands for what is no UTF-8, or for itself.
            throw new Unusual();
        }
        pos += length;
        return text;
    }

    /** The length of what follows, which ends at {@code end} at the latest. */
    private int length(int end) throws Unusual {
        int length = (int) varint();
        if (length < 0 || length > end - pos) {
            throw new Unusual();
        }
        return length;
    }

    private long varint() throws Unusual {
        byte first = bytes[pos++];
        return first >= 0 ? first : longVarint(first & 0x7F);
    }

    private long longVarint(long first) throws Unusual {
        long value = first;
        for (int shift = 7; shift < 64; shift += 7) {
            byte b = bytes[pos++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new Unusual();
    }

    /** Says that protobuf must look at the frame. */
    private static final class Unusual extends Exception {
        private static final long serialVersionUID = 1;

        private Unusual() {
            super("not the plain form of a batch", null, false, false);
        }
    }
}
