package io.sluice.ingest.delivery;

import io.sluice.bench.micro.ShortRuns;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A window of records in the ledger of a partition: appended, then settled in some order, asking each time how far it has come. An operation is one record. */
public class LedgerBenchmark extends ShortRuns {
    private static final int WINDOW = 10_000;

    /** In which order records are settled. */
    public enum Order {
        /** As they came. */
        ASCENDING,
        /** The oldest last. */
        DESCENDING,
        /** In any. */
        RANDOM
    }

    /** In which order records are settled. */
    @Param
    public Order order = Order.ASCENDING;

    private final OffsetLedger ledger = new OffsetLedger(new PartitionEpoch("bench", 0, 1));
    private final Entry[] arriving = new Entry[WINDOW];
    private final Entry[] settling = new Entry[WINDOW];
    private long offset;

    /** Entries, in both orders. */
    @Setup
    public void setUp() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < WINDOW; i++) {
            arriving[i] = new Entry();
            int at = order == Order.RANDOM ? random.nextInt(i + 1) : i;
            settling[i] = settling[at];
            settling[at] = arriving[i];
        }
        if (order == Order.DESCENDING) {
            for (int i = 0; i < WINDOW; i++) {
                settling[i] = arriving[WINDOW - 1 - i];
            }
        }
    }

    /** A whole window. */
    @Benchmark
    @OperationsPerInvocation(WINDOW)
    public long appendAndSettle() {
        for (Entry entry : arriving) {
            entry.offset = offset++;
            ledger.append(entry);
        }
        long sum = 0;
        for (Entry entry : settling) {
            ledger.settle(entry);
            sum += ledger.committable();
        }
        return sum;
    }
}
