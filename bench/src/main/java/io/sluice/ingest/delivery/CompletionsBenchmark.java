package io.sluice.ingest.delivery;

import io.sluice.bench.micro.ShortRuns;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The metadata of one commit. */
public class CompletionsBenchmark extends ShortRuns {
    private static final int WINDOW = 20_000;
    private static final String PIPELINE = "bench";

    /** How many records of the window are open, spread evenly; the others are done. */
    @Param({"1", "100", "10000"})
    public int open;

    private final PartitionEpoch partition = new PartitionEpoch("bench", 0, 1);
    private final OffsetLedger ledger = new OffsetLedger(partition);
    private final CompletionEncoder encoder = new CompletionEncoder(PIPELINE, 0, CompletionCodec.MAX_CHARS);
    private String metadata = "";
    private long committed;

    /** A window with holes. */
    @Setup
    public void setUp() {
        Entry[] entries = new Entry[WINDOW];
        for (int i = 0; i < WINDOW; i++) {
            entries[i] = new Entry();
            entries[i].offset = 1_000_000L + i;
            ledger.append(entries[i]);
        }
        int every = WINDOW / open;
        for (int i = 0; i < WINDOW; i++) {
            if (i % every != 0) {
                ledger.settle(entries[i]);
            }
        }
        committed = ledger.committable();
        metadata = encoder.encode(ledger, 0);
        Completions read = decode().completions();
        if (read.doneOffsets() == 0) {
            throw new IllegalStateException("nothing was encoded");
        }
    }

    /** From the ledger to text. */
    @Benchmark
    public String encode() {
        return encoder.encode(ledger, 0);
    }

    /** And back. */
    @Benchmark
    public CompletionCodec.Decoded decode() {
        return CompletionCodec.decode(metadata, PIPELINE, partition.topic(), partition.partition(), committed);
    }
}
