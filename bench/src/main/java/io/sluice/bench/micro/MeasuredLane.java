package io.sluice.bench.micro;

import io.sluice.ingest.delivery.Batch;
import io.sluice.ingest.delivery.BatchVerdicts;
import io.sluice.ingest.delivery.Delivery;
import io.sluice.ingest.delivery.DeliverySettings;
import io.sluice.ingest.delivery.Effects;
import io.sluice.ingest.delivery.FloodPolicy;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.Observer;
import io.sluice.ingest.delivery.Ordering;
import io.sluice.ingest.delivery.Outgoing;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.delivery.RetryPolicy;
import io.sluice.ingest.delivery.RetryTiers;
import io.sluice.ingest.delivery.StreamInfo;
import io.sluice.ingest.delivery.StreamPort;
import io.sluice.ingest.delivery.VerdictRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A lane's delivery with one partition and one stream that takes everything. For one thread. */
public final class MeasuredLane {
    /** Most records of a batch, as configured by default. */
    public static final int BATCH_RECORDS = 500;

    private static final Nothing NOTHING = new Nothing();

    private final Delivery delivery;
    private final PartitionEpoch partition = new PartitionEpoch("bench", 3, 1);
    private final Port port = new Port();
    private final byte[][] keys;
    private final byte[] value;
    private final Header[] headers;
    private long offset = 1_000_000;
    private long nowNs;

    /**
     * @param keys distinct keys, met in turn; 0: records without one
     * @param valueBytes size of a value
     * @param headers how many headers a record has
     */
    public MeasuredLane(Ordering ordering, int keys, int valueBytes, int headers) {
        this.keys = new byte[keys][];
        for (int i = 0; i < keys; i++) {
            this.keys[i] = "k-%05d".formatted(i).getBytes(StandardCharsets.US_ASCII);
        }
        this.value = new byte[valueBytes];
        this.headers = new Header[headers];
        for (int i = 0; i < headers; i++) {
            this.headers[i] = new Header("trace-" + i, new byte[16]);
        }
        this.delivery = new Delivery(settings(ordering), NOTHING, NOTHING);
        delivery.assigned(partition);
        delivery.streamUp(port, new StreamInfo("bench:1", "bench", "1", "1", 32 << 20), 1_000_000, 0);
    }

    /** Those of a pipeline without limits that matter here. */
    public static DeliverySettings settings(Ordering ordering) {
        long s = 1_000_000_000L;
        RetryPolicy retry = new RetryPolicy(5, 3, s, 60 * s, 2, 0.2, RetryPolicy.ANY_AGE);
        return new DeliverySettings(
                ordering,
                BATCH_RECORDS,
                1 << 20,
                0,
                600 * s,
                3600 * s,
                retry,
                RetryTiers.NONE,
                7,
                "bench",
                0,
                FloodPolicy.OFF,
                0,
                0,
                0);
    }

    /** Records come in, keys in turn. */
    public void receive(int records) {
        for (int i = 0; i < records; i++) {
            byte[] key = keys.length == 0 ? null : keys[(int) (offset % keys.length)];
            delivery.received(partition, offset, 1_700_000_000_000L + offset, 0, 1, key, value, headers, nowNs);
            offset++;
        }
        delivery.position(partition, offset);
    }

    /** Sends what can be sent and has all of it acknowledged, until nothing is left. Returns how many records that was. */
    public int settle() {
        int settled = 0;
        while (delivery.dispatch(++nowNs) > 0) {
            for (Batch batch; (batch = port.sent.poll()) != null; ) {
                settled += batch.size();
                List<VerdictRange> ranges = List.of(VerdictRange.ack(0, batch.size()));
                String fault = delivery.results(port, List.of(new BatchVerdicts(batch.id(), ranges)), nowNs);
                if (fault != null) {
                    throw new IllegalStateException(fault);
                }
            }
        }
        delivery.tellNews(nowNs);
        return settled;
    }

    /** Sends what can be sent; the batches stay open. */
    public List<Batch> open() {
        delivery.dispatch(++nowNs);
        return new ArrayList<>(port.sent);
    }

    /** A stream that keeps what it is given. */
    private static final class Port implements StreamPort {
        final ArrayDeque<Batch> sent = new ArrayDeque<>();

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void send(Batch batch, long leaseNs) {
            sent.add(batch);
        }

        @Override
        public void frameHandled() {}

        @Override
        public void revoke(List<Long> batchIds, List<PartitionEpoch> partitions, long graceNs, RevokeCause cause) {
            throw new IllegalStateException("no lease runs out here");
        }

        @Override
        public void close(CloseCause cause, String reason, long graceNs) {
            throw new IllegalStateException("closed: " + reason);
        }
    }

    /** Listens to nothing. */
    private static final class Nothing implements Effects, Observer {
        @Override
        public boolean publish(Outgoing letter) {
            throw new IllegalStateException("nothing is rejected here");
        }

        @Override
        public void progress(PartitionEpoch partition, long committable, long settledRecords, long settledBytes) {}

        @Override
        public void completions(PartitionEpoch partition, String metadata) {}

        @Override
        public void batchSent(int records) {}

        @Override
        public void batchDone(long elapsedNs) {}

        @Override
        public void settled(long timestampMs) {}

        @Override
        public void revoked(PartitionEpoch partition, long committable, String metadata) {}
    }
}
