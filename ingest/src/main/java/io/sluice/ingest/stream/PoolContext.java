package io.sluice.ingest.stream;

import io.sluice.ingest.ring.ReplyRing;
import io.sluice.proto.processor.v1.GatewayFrame;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all endpoints of a pool share.
 *
 * @param timer the pool thread; drops what comes after its end
 * @param changed to be run by the pool thread when something has changed that status shows
 * @param failed to be run by the pool thread when an address has failed
 */
record PoolContext(
        String pipeline,
        GatewayFrame hello,
        ReplyRing replies,
        ScheduledExecutorService timer,
        PoolCounters counters,
        Tuning tuning,
        Runnable changed,
        Runnable failed) {

    /**
     * Times that only tests change.
     *
     * @param provenNs a stream up for longer makes the next failure a first one
     */
    record Tuning(long handshakeNs, long lookupNs, long provenNs) {
        static final Tuning DEFAULT =
                new Tuning(TimeUnit.SECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(30), TimeUnit.SECONDS.toNanos(10));
    }

    private static final Logger LOG = LoggerFactory.getLogger(StreamPool.class);

    static ScheduledExecutorService newTimer(String pipeline) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                1, task -> daemon(task, "sluice-streams-" + pipeline), new ThreadPoolExecutor.DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Runs on the pool thread. */
    void run(Runnable task) {
        timer.execute(() -> guarded(task));
    }

    /** Runs on the pool thread, later. */
    void runIn(long delayNs, Runnable task) {
        timer.schedule(() -> guarded(task), delayNs, TimeUnit.NANOSECONDS);
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("pipeline", pipeline).setCause(e).log("stream pool task failed");
        }
    }
}
