package io.sluice.processor;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs the handler on the groups of batches, on threads of its own.
 *
 * <p>{@link #submit} never blocks; every group of the batch is claimed sooner or later, here or by the conductor.
 */
interface Runner {
    void submit(OpenBatch batch);

    /** Stops its threads, interrupting what still runs. */
    void stop();

    /** A pool of daemon threads named after the processor. */
    static ExecutorService threads(String name, int count) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new Thread(task, name + "-handler-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        return Executors.newFixedThreadPool(count, factory);
    }
}
