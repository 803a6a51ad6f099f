package io.sluice.ingest.lane;

import io.sluice.ingest.delivery.DeliveryView;
import io.sluice.ingest.ring.Doorbell;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a lane: repeats the duty cycle, rests when there is nothing to do.
 *
 * <table>
 *   <caption>Lifecycle</caption>
 *   <tr><th>method</th><th>thread</th><th>behaviour</th></tr>
 *   <tr><td>start</td><td>any, once</td><td>starts the thread</td></tr>
 *   <tr><td>view</td><td>any</td><td>a picture at most half a second old; null when the lane is dead or stuck</td></tr>
 *   <tr><td>stop</td><td>any, idempotent</td><td>ends the thread after its current cycle and waits for it</td></tr>
 * </table>
 */
public final class LaneRunner {
    private static final int SPINS = 50;
    private static final long MAX_REST_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long VIEW_AGE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long VIEW_WAIT_MS = 2_000;
    private static final long JOIN_MS = 5_000;

    private final LaneAgent agent;
    private final Doorbell doorbell;
    private final Consumer<Throwable> onDeath;
    private final Thread thread;
    private volatile boolean running = true;
    private volatile @Nullable View view;

    private record View(DeliveryView content, long takenNs) {}

    /**
     * @param onDeath told once if the cycle throws: a broken invariant, after which nothing of the lane can be trusted
     */
    public LaneRunner(String name, LaneAgent agent, Doorbell doorbell, Consumer<Throwable> onDeath) {
        this.agent = agent;
        this.doorbell = doorbell;
        this.onDeath = onDeath;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Whether the thread lives. */
    public boolean alive() {
        return thread.isAlive();
    }

    /** Asks the lane to end its streams. */
    public void closeStreams() {
        agent.closeStreams();
        doorbell.ring();
    }

    public void stop() {
        running = false;
        doorbell.ring();
        try {
            thread.join(JOIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the lane looked like a moment ago; null if it does not answer. */
    public @Nullable DeliveryView view() {
        View last = view;
        if (last != null && System.nanoTime() - last.takenNs < VIEW_AGE_NS) {
            return last.content;
        }
        if (!alive()) {
            return null;
        }
        var request = agent.requestView();
        doorbell.ring();
        try {
            DeliveryView content = request.get(VIEW_WAIT_MS, TimeUnit.MILLISECONDS);
            view = new View(content, System.nanoTime());
            return content;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            return null;
        }
    }

    @SuppressWarnings("CatchAndPrintStackTrace")
    private void run() {
        try {
            int idle = 0;
            while (running) {
                long nowNs = System.nanoTime();
                if (agent.doWork(nowNs) > 0) {
                    idle = 0;
                } else if (idle++ < SPINS) {
                    Thread.onSpinWait();
                } else {
                    doorbell.await(agent.idleNs(nowNs, MAX_REST_NS), () -> agent.hasWork() || !running);
                }
            }
        } catch (Throwable e) {
            onDeath.accept(e);
        }
    }
}
