package io.sluice.processor;

import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.sluice.proto.processor.v1.ProcessorGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A processor being served. All methods may be called from any thread.
 *
 * <p>Serves, beside the contract, {@code grpc.health.v1.Health} (NOT_SERVING from the start of {@link #close}) and server
 * reflection.
 */
public final class ProcessorServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessorServer.class);
    private static final int MAX_METADATA_BYTES = 8 << 10;

    private final Settings settings;
    private final Conductor conductor;
    private final Runner runner;
    private final HealthStatusManager health = new HealthStatusManager();
    private final Server server;
    private final AtomicBoolean closing = new AtomicBoolean();

    private ProcessorServer(Settings settings, ServerBuilder<?> transport) {
        this.settings = settings;
        this.conductor = new Conductor(settings.name());
        this.runner = settings.newRunner();
        this.server = transport
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                // Callbacks only decode and post to the conductor; a pool would add a hop and nothing else.
                .directExecutor()
                .addService(new StreamService(settings, conductor, runner))
                .addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance())
                .build();
    }

    static ProcessorServer listen(Settings settings) throws IOException {
        NettyServerBuilder transport = NettyServerBuilder.forAddress(
                        new InetSocketAddress(settings.host(), settings.port()))
                .maxInboundMessageSize(settings.maxFrameBytes())
                .maxConcurrentCallsPerConnection(256)
                .maxRstFramesPerWindow(200, 30)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(30, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS);
        return started(new ProcessorServer(settings, transport));
    }

    static ProcessorServer inProcess(Settings settings, String name) throws IOException {
        return started(new ProcessorServer(
                settings, InProcessServerBuilder.forName(name).maxInboundMessageSize(settings.maxFrameBytes())));
    }

    private static ProcessorServer started(ProcessorServer made) throws IOException {
        try {
            made.server.start();
        } catch (IOException e) {
            made.runner.stop();
            throw new IOException(
                    "cannot listen on " + made.settings.host() + ":" + made.settings.port() + ": " + e.getMessage(), e);
        }
        made.conductor.start();
        made.health.setStatus(ProcessorGrpc.SERVICE_NAME, ServingStatus.SERVING);
        LOG.atInfo()
                .addKeyValue("processor", made.settings.name())
                .addKeyValue("version", made.settings.version())
                .addKeyValue("host", made.settings.host())
                .addKeyValue("port", made.port())
                .log("processor listening");
        return made;
    }

    /**
     * The port that is listened on.
     *
     * @return the port; -1 without one
     */
    public int port() {
        return server.getPort();
    }

    /**
     * Waits until the server has been closed.
     *
     * @throws InterruptedException if interrupted while waiting
     */
    public void awaitTermination() throws InterruptedException {
        server.awaitTermination();
    }

    /** Closes the server when the JVM shuts down, for example on SIGTERM. */
    public void drainOnShutdown() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, settings.name() + "-drain"));
    }

    /**
     * Drains: takes no more streams, asks gateways for no more batches, settles what is held, ends the streams and stops,
     * at the latest after the drain timeout. What is not settled by then is delivered again. Further calls only wait for
     * the first.
     */
    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            health.enterTerminalState();
            server.shutdown();
            conductor.drain("the processor stops", settings.drainTimeout().toNanos());
        }
        boolean interrupted = awaitEnd();
        server.shutdownNow();
        conductor.stop();
        runner.stop();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Streams end by themselves at the deadline; the time on top is for their last frames to leave. */
    private boolean awaitEnd() {
        try {
            long waitMs = settings.drainTimeout().toMillis() + 2_000;
            if (!server.awaitTermination(waitMs, TimeUnit.MILLISECONDS)) {
                LOG.atWarn()
                        .addKeyValue("processor", settings.name())
                        .log("streams did not end within the drain timeout: cut off");
            }
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }
}
