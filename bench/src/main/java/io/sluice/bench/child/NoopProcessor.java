package io.sluice.bench.child;

import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.util.Collections;
import java.util.List;

/**
 * A processor, written with the Java SDK, that acknowledges whole batches. Between rounds it holds what it has been sent.
 *
 * <p>Argument: port.
 */
public final class NoopProcessor {
    private long allowed;
    private long handled;

    private NoopProcessor() {}

    /** Serves rounds until standard input ends. */
    public static void main(String[] args) throws Exception {
        NoopProcessor noop = new NoopProcessor();
        try (ProcessorServer server = Processor.named("noop")
                .batchHandler(noop::handle)
                .credit(50_000, 64L << 20)
                .maxFrameBytes(32 << 20)
                .port(Integer.parseInt(args[0]))
                .start()) {
            Rounds.serve(noop::round);
            noop.open(Long.MAX_VALUE / 2);
        }
    }

    private List<Verdict> handle(List<Record> records) throws InterruptedException {
        synchronized (this) {
            while (handled >= allowed) {
                wait();
            }
            handled += records.size();
            if (handled >= allowed) {
                notifyAll();
            }
        }
        return Collections.nCopies(records.size(), Verdict.ack());
    }

    private synchronized void open(long records) {
        allowed += records;
        notifyAll();
    }

    private void round(long records) throws InterruptedException {
        open(records);
        synchronized (this) {
            while (handled < allowed) {
                wait();
            }
        }
    }
}
