package io.sluice.bench.child;

import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Verdict;
import java.util.Collections;

/**
 * A processor, written with the Java SDK, that acknowledges whole batches. Between rounds it holds what it has been sent.
 *
 * <p>Argument: port.
 */
public final class NoopProcessor {
    private NoopProcessor() {}

    /** Serves rounds until standard input ends. */
    public static void main(String[] args) throws Exception {
        Gate gate = new Gate();
        try (ProcessorServer server = Processor.named("noop")
                .batchHandler(records -> {
                    gate.enter(records.size());
                    gate.leave(records.size());
                    return Collections.nCopies(records.size(), Verdict.ack());
                })
                .credit(50_000, 64L << 20)
                .maxFrameBytes(32 << 20)
                .port(Integer.parseInt(args[0]))
                .start()) {
            Rounds.serve(gate::round);
            gate.open(Long.MAX_VALUE / 2);
        }
    }
}
