package io.sluice.processor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the state of all streams of a server and sends on them.
 *
 * <p>Everybody else posts to its inbox: gRPC threads the frames that arrive, handler threads the batches they have
 * finished. A round takes what is there, then lets each stream act once, so that under load one frame carries the
 * results of many batches. Handlers never run here: leases are extended however long a handler blocks.
 */
final class Conductor {
    private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);
    private static final int MAX_POSTS_A_ROUND = 256;

    private final LinkedBlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean stopped;

    // owned by: the conductor's thread
    private final List<Session> sessions = new ArrayList<>();
    private @Nullable Goodbye goodbye;

    private record Goodbye(String reason, long deadlineNs) {
        void sayTo(Session session, long nowNs) {
            session.drain(reason, nowNs, Math.max(0, deadlineNs - nowNs));
        }
    }

    Conductor(String name) {
        thread = new Thread(this::run, name + "-conductor");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Any thread; after {@link #stop} it does nothing. */
    void post(Runnable work) {
        inbox.add(work);
    }

    /** Any thread: makes the streams act, for example because a transport has become ready. */
    void nudge() {
        inbox.add(() -> {});
    }

    /** Any thread: drains all streams, those that are still to come too, within a time from now. */
    void drain(String reason, long timeoutNs) {
        Goodbye said = new Goodbye(reason, System.nanoTime() + timeoutNs);
        post(() -> {
            goodbye = said;
            long nowNs = System.nanoTime();
            sessions.forEach(session -> said.sayTo(session, nowNs));
        });
    }

    /** Any thread. What is posted later is not run. */
    void stop() {
        stopped = true;
        nudge();
    }

    // ---- the conductor's thread

    /** Greets on a new stream. One that was accepted just before {@link #drain} may come after it: it drains as well. */
    void open(Session session) {
        sessions.add(session);
        session.greet();
        if (goodbye != null) {
            goodbye.sayTo(session, System.nanoTime());
        }
    }

    private void run() {
        while (!stopped) {
            try {
                round(await());
            } catch (InterruptedException e) {
                // Nobody interrupts this thread on purpose; it ends by stop().
                LOG.debug("interrupted", e);
            }
        }
    }

    private @Nullable Runnable await() throws InterruptedException {
        long waitNs = Long.MAX_VALUE;
        long nowNs = System.nanoTime();
        for (Session session : sessions) {
            waitNs = Math.min(waitNs, session.idleNs(nowNs));
        }
        return waitNs == Long.MAX_VALUE ? inbox.take() : inbox.poll(waitNs, TimeUnit.NANOSECONDS);
    }

    private void round(@Nullable Runnable first) {
        Runnable work = first;
        for (int i = 0; work != null && i < MAX_POSTS_A_ROUND; i++) {
            runSafely(work);
            work = i + 1 < MAX_POSTS_A_ROUND ? inbox.poll() : null;
        }
        long nowNs = System.nanoTime();
        for (Session session : sessions) {
            session.act(nowNs);
        }
        sessions.removeIf(Session::isClosed);
    }

    @SuppressWarnings("CatchThrowable") // one stream's failure must not stop the thread that serves them all
    private static void runSafely(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            LOG.atError().addKeyValue("error", e.toString()).log("a stream's event failed");
            LOG.debug("a stream's event failed", e);
        }
    }
}
