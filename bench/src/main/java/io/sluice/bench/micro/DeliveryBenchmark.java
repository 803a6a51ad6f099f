package io.sluice.bench.micro;

import io.sluice.ingest.delivery.Ordering;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * All that a lane's thread does for a record but for reading rings and encoding: received, queued, batched, sent, settled, told. An
 * operation is one record.
 */
public class DeliveryBenchmark extends ShortRuns {
    private static final int RECORDS = 20_000;

    /** What is kept in order. */
    public enum Load {
        /** Records without a key. */
        NONE(Ordering.NONE, 0),
        /** All records have one key, and its order is kept. */
        ONE_HOT_KEY(Ordering.KEY, 1),
        /** Of each of these keys the order is kept. */
        KEYS_100000(Ordering.KEY, 100_000),
        /** The partition's order is kept. */
        PARTITION(Ordering.PARTITION, 0);

        final Ordering ordering;
        final int keys;

        Load(Ordering ordering, int keys) {
            this.ordering = ordering;
            this.keys = keys;
        }
    }

    /** What comes. */
    @Param
    public Load load = Load.NONE;

    private MeasuredLane lane = new MeasuredLane(Ordering.NONE, 0, 0, 0);

    /** A lane at rest. */
    @Setup
    public void setUp() {
        lane = new MeasuredLane(load.ordering, load.keys, 100, 0);
    }

    /** A window of records, from received to settled. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public int receivedToSettled() {
        lane.receive(RECORDS);
        int settled = lane.settle();
        if (settled != RECORDS) {
            throw new IllegalStateException(settled + " of " + RECORDS + " records were settled");
        }
        return settled;
    }
}
