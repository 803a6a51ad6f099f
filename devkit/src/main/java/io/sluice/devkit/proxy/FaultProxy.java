package io.sluice.devkit.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A TCP proxy on loopback whose connections can be slowed, stalled, cut and spoilt while they run.
 *
 * <p>Each {@link Route} has a port of its own and one server behind it. One thread serves all of them, so that faults take
 * effect in the order they are asked for; what it draws comes from the seed, the route's place and the connection's number
 * alone. A connection holds at most 1 MiB a direction; beyond that the sender is not read.
 *
 * <p>Methods may be called from any thread.
 */
public final class FaultProxy implements AutoCloseable {
    private static final long PATIENCE_S = 10;

    private final Selector selector;
    private final SplittableRandom random;
    private final Thread thread;
    private final List<Route> routes = new CopyOnWriteArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean closing = new AtomicBoolean();

    // owned by: proxy thread
    private final List<Link> links = new ArrayList<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(64 << 10);

    /** Starts a proxy without routes. */
    public FaultProxy(long seed) {
        random = new SplittableRandom(seed);
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the fault proxy", e);
        }
        thread = new Thread(this::serve, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Adds a route to a server on loopback, which need not be there yet, on a free port.
     *
     * @param serverPort where the server listens
     */
    public Route route(int serverPort) {
        CompletableFuture<Route> made = new CompletableFuture<>();
        run(() -> {
            try {
                Route route = new Route(this, serverPort, random.split());
                route.register(selector);
                routes.add(route);
                made.complete(route);
            } catch (IOException e) {
                made.completeExceptionally(e);
            }
        });
        return made.join();
    }

    /** Routes in the order they were added. */
    public List<Route> routes() {
        return List.copyOf(routes);
    }

    /** Ends all connections and frees the ports. Does nothing the second time. */
    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            selector.wakeup();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_S));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs {@code task} on the proxy's thread and returns when it is done. */
    void run(Runnable task) {
        if (closing.get()) {
            throw new IllegalStateException("the fault proxy is closed");
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        tasks.add(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        selector.wakeup();
        try {
            done.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the fault proxy cannot do this: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("the fault proxy hangs or is being closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the fault proxy", e);
        }
    }

    void wake() {
        selector.wakeup();
    }

    Selector selector() {
        return selector;
    }

    /** The route's connections. Proxy thread. */
    List<Link> links(Route route) {
        return links.stream().filter(link -> link.route() == route).toList();
    }

    private void serve() {
        try {
            while (!closing.get()) {
                runTasks();
                select(step());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the fault proxy has failed", e);
        } finally {
            end();
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private long step() {
        long nowNs = System.nanoTime();
        long waitNs = Flow.NEVER;
        for (Link link : links) {
            waitNs = Math.min(waitNs, link.step(nowNs));
        }
        links.removeIf(link -> {
            if (link.closed()) {
                link.route().ended();
            }
            return link.closed();
        });
        return waitNs;
    }

    private void select(long waitNs) throws IOException {
        if (waitNs == Flow.NEVER) {
            selector.select();
        } else if (waitNs < TimeUnit.MILLISECONDS.toNanos(1)) {
            selector.selectNow();
        } else {
            selector.select(TimeUnit.NANOSECONDS.toMillis(waitNs));
        }
        long nowNs = System.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
            if (!key.isValid()) {
                continue;
            }
            if (key.attachment() instanceof Route route) {
                accept(route, nowNs);
            } else if (key.attachment() instanceof Link link) {
                link.ready(scratch, nowNs);
            }
        }
        selector.selectedKeys().clear();
    }

    private void accept(Route route, long nowNs) {
        try {
            for (Link link = route.accept(selector, nowNs); link != null; link = route.accept(selector, nowNs)) {
                links.add(link);
            }
        } catch (IOException e) {
            System.getLogger(FaultProxy.class.getName())
                    .log(System.Logger.Level.WARNING, "a connection to port " + route.port() + " was not taken: " + e);
        }
    }

    private void end() {
        links.forEach(Link::close);
        for (Route route : routes) {
            try {
                route.shut();
            } catch (IOException alreadyGone) {
                // Its port is free all the same.
            }
        }
        try {
            selector.close();
        } catch (IOException alreadyGone) {
            // Nothing waits on it any more.
        }
    }
}
