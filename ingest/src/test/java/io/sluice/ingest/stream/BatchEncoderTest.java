package io.sluice.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.sluice.ingest.delivery.Batch;
import io.sluice.ingest.delivery.Batches;
import io.sluice.ingest.delivery.Entry;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.Record;
import io.sluice.proto.processor.v1.TimestampType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatchEncoderTest {
    private static final PartitionEpoch QUAKES = new PartitionEpoch("quakes", 3, 1);

    @Test
    void aRecordKeepsItsPlaceTimeGroupAndAttempt() throws IOException {
        Entry entry = Batches.with(Batches.entry(QUAKES, 1L << 40, bytes(1), bytes(2)), 1_699_999_999_999L, 1, 2);

        GatewayFrame frame = encoded(Batches.batch(7, entry, entry), TimeUnit.MILLISECONDS.toNanos(30_500));

        assertThat(frame.getBatch().getBatchId()).isEqualTo(7);
        assertThat(frame.getBatch().getLease().getSeconds()).isEqualTo(30);
        assertThat(frame.getBatch().getLease().getNanos()).isEqualTo(500_000_000);
        Record record = frame.getBatch().getRecords(1);
        assertThat(record.getTopic()).isEqualTo("quakes");
        assertThat(record.getPartition()).isEqualTo(3);
        assertThat(record.getOffset()).isEqualTo(1L << 40);
        assertThat(record.getTimestampMs()).isEqualTo(1_699_999_999_999L);
        assertThat(record.getTimestampType()).isEqualTo(TimestampType.TIMESTAMP_TYPE_LOG_APPEND_TIME);
        assertThat(record.getGroup()).isEqualTo(1);
        assertThat(record.getAttempt()).isEqualTo(3);
    }

    @Test
    void nullIsNotEmpty() throws IOException {
        Entry nothing = Batches.entry(QUAKES, 1, nul(), nul(), new Header("h", nul()));
        Entry empty = Batches.entry(QUAKES, 2, new byte[0], new byte[0], new Header("h", new byte[0]));

        GatewayFrame frame = encoded(Batches.batch(1, nothing, empty), 1);

        Record first = frame.getBatch().getRecords(0);
        assertThat(first.hasKey() || first.hasValue() || first.getHeaders(0).hasValue())
                .isFalse();
        Record second = frame.getBatch().getRecords(1);
        assertThat(second.hasKey() && second.hasValue() && second.getHeaders(0).hasValue())
                .isTrue();
    }

    @Test
    void isByteForByteWhatProtobufWrites() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        BatchEncoder encoder = new BatchEncoder();
        for (int i = 0; i < 2000; i++) {
            Entry[] entries = new Entry[1 + random.nextInt(5)];
            long reckoned = BatchEncoder.FRAME_OVERHEAD;
            for (int j = 0; j < entries.length; j++) {
                entries[j] = randomEntry(random);
                reckoned += Batches.reckonedWireBytes(entries[j]);
            }
            Batch batch = Batches.batch(1 + (random.nextLong() >>> 1) / 2, entries);
            long leaseNs = random.nextLong() >>> 1;

            byte[] written = taken(encoder.encode(batch, leaseNs));

            assertThat(written)
                    .as("seed %d, batch %d", seed, i)
                    .isEqualTo(byProtobuf(batch, leaseNs).toByteArray())
                    .hasSizeLessThanOrEqualTo((int) reckoned);
        }
    }

    @Test
    void theLargestFieldsStayWithinTheBound() throws IOException {
        PartitionEpoch far = new PartitionEpoch("t".repeat(249), Integer.MAX_VALUE, 1);
        Entry entry = Batches.with(
                Batches.entry(far, Long.MAX_VALUE, new byte[0], new byte[3 << 20]), -1, 1, Integer.MAX_VALUE - 1);

        byte[] written = taken(new BatchEncoder().encode(Batches.batch(Long.MAX_VALUE, entry), Long.MAX_VALUE));

        assertThat(written.length)
                .isLessThanOrEqualTo((int) (BatchEncoder.FRAME_OVERHEAD + Batches.reckonedWireBytes(entry)));
    }

    @Test
    void aFrameThatTheTransportHasNotTakenKeepsItsBytes() throws IOException {
        BatchEncoder encoder = new BatchEncoder();
        Batch first = Batches.batch(1, Batches.entry(QUAKES, 1, bytes(1), bytes(1)));
        Batch second = Batches.batch(2, Batches.entry(QUAKES, 2, bytes(2), bytes(2)));
        OutFrame waiting = encoder.encode(first, 1);
        OutFrame next = encoder.encode(second, 1);
        OutFrame last = encoder.encode(first, 2);

        assertThat(taken(waiting)).isEqualTo(byProtobuf(first, 1).toByteArray());
        assertThat(taken(next)).isEqualTo(byProtobuf(second, 1).toByteArray());
        assertThat(taken(last)).isEqualTo(byProtobuf(first, 2).toByteArray());
    }

    private static GatewayFrame encoded(Batch batch, long leaseNs) throws IOException {
        return GatewayFrame.parseFrom(taken(new BatchEncoder().encode(batch, leaseNs)));
    }

    /** As the transport takes it. */
    private static byte[] taken(OutFrame frame) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        InputStream content = frame.stream();
        assertThat(((KnownLength) content).available()).isPositive();
        ((Drainable) content).drainTo(out);
        assertThat(frame.taken()).isTrue();
        return out.toByteArray();
    }

    private static GatewayFrame byProtobuf(Batch batch, long leaseNs) {
        var out = io.sluice.proto.processor.v1.Batch.newBuilder()
                .setBatchId(batch.id())
                .setLease(Durations.of(leaseNs));
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
                .setTimestampTypeValue(entry.timestampType() + 1)
                .setGroup(group)
                .setAttempt(entry.attempts() + 1);
        if (entry.key() != null) {
            out.setKey(ByteString.copyFrom(entry.key()));
        }
        if (entry.value() != null) {
            out.setValue(ByteString.copyFrom(entry.value()));
        }
        for (Header header : entry.headers()) {
            var h = io.sluice.proto.processor.v1.Header.newBuilder().setName(header.name());
            if (header.value() != null) {
                h.setValue(ByteString.copyFrom(header.value()));
            }
            out.addHeaders(h);
        }
        return out.build();
    }

    private static Entry randomEntry(Random random) {
        String topic = "a".repeat(1 + random.nextInt(249));
        PartitionEpoch partition = new PartitionEpoch(topic, random.nextInt() >>> (1 + random.nextInt(31)), 1);
        Header[] headers = new Header[random.nextInt(4) == 0 ? random.nextInt(100) : 0];
        for (int i = 0; i < headers.length; i++) {
            String name = "h\u00e9\u4e16\ud83c\udf0d".repeat(random.nextInt(5));
            headers[i] = new Header(name, randomBytes(random, 300));
        }
        Entry entry = Batches.entry(
                partition,
                random.nextLong() >>> (1 + random.nextInt(63)),
                randomBytes(random, 300),
                randomBytes(random, 40_000),
                headers);
        return Batches.with(
                entry,
                random.nextInt(3) == 0 ? -1 : random.nextLong() >>> 20,
                random.nextInt(3) - 1,
                random.nextInt(9));
    }

    @SuppressWarnings("NullAway") // the delivery package is not null-marked: null is a record without key or value
    private static byte[] randomBytes(Random random, int most) {
        if (random.nextInt(5) == 0) {
            return nul();
        }
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(int... values) {
        byte[] out = new byte[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) values[i];
        }
        return out;
    }

    @SuppressWarnings("NullAway")
    private static byte[] nul() {
        byte @Nullable [] none = null;
        return none;
    }
}
