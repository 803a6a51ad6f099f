package io.sluice.bench.child;

import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.util.Collections;
import java.util.List;

/**
 * A processor, written with the Java SDK, that acknowledges everything. Between rounds it holds what it has been sent.
 *
 * <p>Arguments: port, and how: nothing or {@code batch} for whole batches; {@code latency} for the same with the age of each record; {@code
 * hold} and a number for one record after the other, with one held back until so many later ones are settled.
 */
public final class NoopProcessor {
    private static final int HELD_CREDIT = 500_000;

    private NoopProcessor() {}

    /** Serves rounds until standard input ends. */
    @SuppressWarnings("try") // the server serves until it is closed
    public static void main(String[] args) throws Exception {
        Gate gate = new Gate();
        Latencies latencies = new Latencies();
        String how = args.length > 1 ? args[1] : "batch";
        Processor.Builder processor = Processor.named("noop")
                .credit(50_000, 64L << 20)
                .maxFrameBytes(32 << 20)
                .port(Integer.parseInt(args[0]));
        switch (how) {
            case "batch" -> processor.batchHandler(records -> acknowledge(gate, records));
            case "latency" ->
                processor.batchHandler(records -> {
                    records.forEach(record -> latencies.add(record.value()));
                    return acknowledge(gate, records);
                });
            case "hold" -> {
                Holding holding = new Holding(gate, Integer.parseInt(args[2]));
                processor.asyncHandler(holding::handle).concurrency(64).credit(HELD_CREDIT, 256L << 20);
            }
            default -> throw new IllegalArgumentException("how: '" + how + "' given, batch, latency or hold allowed");
        }
        try (ProcessorServer server = processor.start()) {
            Rounds.serve(records -> {
                gate.round(records);
                latencies.tell();
            });
            gate.open(Long.MAX_VALUE / 2);
        }
    }

    private static List<Verdict> acknowledge(Gate gate, List<Record> records) throws InterruptedException {
        gate.enter(records.size());
        gate.leave(records.size());
        return Collections.nCopies(records.size(), Verdict.ack());
    }
}
