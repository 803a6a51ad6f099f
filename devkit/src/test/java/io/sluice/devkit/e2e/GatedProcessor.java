package io.sluice.devkit.e2e;

import io.sluice.proto.processor.v1.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A processor that takes a fixed time for each batch, whatever its size, and gives all records the same verdict. Behind a
 * closed gate it accepts and does not answer. Thread-safe.
 */
final class GatedProcessor implements AutoCloseable {
    private final RawProcessor server;
    private final ScheduledExecutorService timer;
    private final Outcome outcome;
    private final long delayMs;

    // guarded by this
    private final List<RawProcessor.Taken> held = new ArrayList<>();
    private boolean open;
    private long heldRecords;
    private long answered;
    private long target = Long.MAX_VALUE;
    private long reachedNs;

    private GatedProcessor(int creditRecords, long delayMs, Outcome outcome, ScheduledExecutorService timer)
            throws IOException {
        this.outcome = outcome;
        this.delayMs = delayMs;
        this.timer = timer;
        this.server = RawProcessor.start(creditRecords, this::take);
    }

    /**
     * Listens on any free port, its gate closed.
     *
     * @param timer runs the answers; the caller closes it
     */
    static GatedProcessor start(int creditRecords, long delayMs, Outcome outcome, ScheduledExecutorService timer)
            throws IOException {
        return new GatedProcessor(creditRecords, delayMs, outcome, timer);
    }

    int port() {
        return server.port();
    }

    /** Works on what is held and on what comes. */
    synchronized void open() {
        open = true;
        held.forEach(this::work);
        held.clear();
        heldRecords = 0;
    }

    /** Works on what is under way and holds what comes. */
    synchronized void shut() {
        open = false;
    }

    synchronized long heldRecords() {
        return heldRecords;
    }

    /** Notes the time at which this many more records have been answered. */
    synchronized void expect(long records) {
        target = answered + records;
    }

    /** Whether what was expected has been answered. */
    synchronized boolean reached() {
        return answered >= target;
    }

    /** {@link System#nanoTime()} of the last answer that was expected. */
    synchronized long reachedNs() {
        return reachedNs;
    }

    @Override
    public void close() {
        server.close();
    }

    private synchronized void take(RawProcessor.Taken taken) {
        if (open) {
            work(taken);
        } else {
            held.add(taken);
            heldRecords += taken.batch().getRecordsCount();
        }
    }

    private void work(RawProcessor.Taken taken) {
        var unused = timer.schedule(() -> answer(taken), delayMs, TimeUnit.MILLISECONDS);
    }

    private synchronized void answer(RawProcessor.Taken taken) {
        taken.answer(outcome);
        long before = answered;
        answered += taken.batch().getRecordsCount();
        if (before < target && answered >= target) {
            reachedNs = System.nanoTime();
        }
    }
}
