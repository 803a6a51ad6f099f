package io.sluice.ingest;

import io.sluice.ingest.admin.AdminServer;
import io.sluice.ingest.admin.PipelineStatus;
import io.sluice.ingest.admin.PipelineWhy;
import io.sluice.ingest.admin.StatusSource;
import io.sluice.ingest.config.SluiceConfig;
import io.sluice.ingest.metrics.Meters;
import io.sluice.ingest.metrics.Metric;
import io.sluice.ingest.stream.TransportMemory;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only wiring: builds the pipelines of a configuration, starts and stops them in order.
 *
 * <table>
 *   <caption>Lifecycle: linear, single use</caption>
 *   <tr><th>method</th><th>thread</th><th>behaviour</th></tr>
 *   <tr><td>start</td><td>any</td><td>returns at once; pipelines start side by side</td></tr>
 *   <tr><td>status</td><td>any</td><td>blocks for a moment</td></tr>
 *   <tr><td>stopNow</td><td>any</td><td>ends a running {@code close} early; open records are delivered again</td></tr>
 *   <tr><td>close</td><td>any</td><td>drains, stops, waits; idempotent</td></tr>
 * </table>
 */
public final class Gateway implements StatusSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final List<Pipeline> pipelines;
    private final Meters meters;
    private final AdminServer admin;
    private final ScheduledExecutorService starter;

    private Gateway(String id, SluiceConfig config) throws IOException {
        AtomicInteger threads = new AtomicInteger();
        this.starter = Executors.newScheduledThreadPool(4, task -> {
            Thread thread = new Thread(task, "sluice-starter-" + threads.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
        this.meters = new Meters(version());
        meters.process().gauge(Metric.STREAM_MEMORY_BYTES, TransportMemory::usedBytes);
        meters.process().gauge(Metric.STREAM_MEMORY_LIMIT_BYTES, TransportMemory::limitBytes);
        this.pipelines = config.pipelines().stream()
                .map(p -> new Pipeline(p, config.kafka(), id, meters, starter))
                .toList();
        this.admin = AdminServer.start(config.admin(), this, meters);
    }

    /**
     * Starts every pipeline; returns at once. A pipeline that cannot start is FAILED, the others run.
     *
     * @throws IOException if the admin address cannot be listened on; nothing is started then
     */
    public static Gateway start(SluiceConfig config) throws IOException {
        String id = "sluice-" + UUID.randomUUID().toString().substring(0, 8);
        Gateway gateway = new Gateway(id, config);
        LOG.atInfo()
                .addKeyValue("gateway", id)
                .addKeyValue("pipelines", config.pipelines().size())
                .addKeyValue("admin", "http://" + config.admin().host() + ":" + gateway.adminPort())
                .log("gateway is starting");
        gateway.pipelines.forEach(Pipeline::start);
        return gateway;
    }

    /** Version of this build; {@code dev} when run from classes. */
    public static String version() {
        return Objects.requireNonNullElse(Gateway.class.getPackage().getImplementationVersion(), "dev");
    }

    /** The port the admin server listens on. */
    public int adminPort() {
        return admin.port();
    }

    @Override
    public List<PipelineStatus> status() {
        return pipelines.stream().map(p -> new StatusReport(p).status()).toList();
    }

    @Override
    public @Nullable PipelineWhy why(String pipeline) {
        return pipelines.stream()
                .filter(p -> p.config().name().equals(pipeline))
                .findFirst()
                .map(p -> new WhyReport(p).why())
                .orElse(null);
    }

    @Override
    public boolean alive() {
        return pipelines.stream().allMatch(Pipeline::alive);
    }

    /** Ends a drain early. What is open will be delivered again. */
    public void stopNow() {
        pipelines.forEach(Pipeline::hurry);
    }

    /** Each pipeline may wait for its own processors and brokers, and none for another. */
    private void finishSideBySide() {
        List<Thread> threads = pipelines.stream()
                .map(p -> new Thread(p::finish, "stop-" + p.config().name()))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Drains and stops every pipeline; returns when all have stopped. */
    @Override
    public void close() {
        pipelines.forEach(Pipeline::drain);
        finishSideBySide();
        starter.shutdownNow();
        admin.close();
        meters.close();
    }
}
