package io.sluice.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.Batch;
import io.sluice.ingest.delivery.Batches;
import io.sluice.ingest.delivery.Entry;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.Record;
import io.sluice.proto.processor.v1.TimestampType;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatchCodecTest {
    private static final PartitionEpoch QUAKES = new PartitionEpoch("quakes", 3, 1);

    @Test
    void aRecordKeepsItsPlaceTimeGroupAndAttempt() {
        Entry entry = Batches.with(Batches.entry(QUAKES, 1L << 40, bytes(1), bytes(2)), 1_699_999_999_999L, 1, 2);

        GatewayFrame frame = BatchCodec.encode(Batches.batch(7, entry, entry), TimeUnit.MILLISECONDS.toNanos(30_500));

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
    void nullIsNotEmpty() {
        Entry nothing = Batches.entry(QUAKES, 1, nul(), nul(), new Header("h", nul()));
        Entry empty = Batches.entry(QUAKES, 2, new byte[0], new byte[0], new Header("h", new byte[0]));

        GatewayFrame frame = BatchCodec.encode(Batches.batch(1, nothing, empty), 1);

        Record first = frame.getBatch().getRecords(0);
        assertThat(first.hasKey() || first.hasValue() || first.getHeaders(0).hasValue())
                .isFalse();
        Record second = frame.getBatch().getRecords(1);
        assertThat(second.hasKey() && second.hasValue() && second.getHeaders(0).hasValue())
                .isTrue();
    }

    @Test
    void noFrameIsLargerThanTheCoreReckons() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            Entry[] entries = new Entry[1 + random.nextInt(5)];
            long exact = BatchCodec.FRAME_OVERHEAD;
            long reckoned = BatchCodec.FRAME_OVERHEAD;
            for (int j = 0; j < entries.length; j++) {
                entries[j] = randomEntry(random);
                exact += BatchCodec.wireBytes(entries[j]);
                reckoned += Batches.reckonedWireBytes(entries[j]);
            }
            Batch batch = Batches.batch(random.nextLong() >>> 1, entries);

            int size = BatchCodec.encode(batch, random.nextLong() >>> 1).getSerializedSize();

            assertThat((long) size)
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(exact)
                    .isLessThanOrEqualTo(reckoned);
        }
    }

    @Test
    void theLargestFieldsStayWithinTheBound() {
        PartitionEpoch far = new PartitionEpoch("t".repeat(249), Integer.MAX_VALUE, 1);
        Entry entry = Batches.with(
                Batches.entry(far, Long.MAX_VALUE, new byte[0], new byte[3 << 20]), -1, 1, Integer.MAX_VALUE - 1);

        int size = BatchCodec.encode(Batches.batch(Long.MAX_VALUE, entry), Long.MAX_VALUE)
                .getSerializedSize();

        assertThat(size).isLessThanOrEqualTo(BatchCodec.FRAME_OVERHEAD + BatchCodec.wireBytes(entry));
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
