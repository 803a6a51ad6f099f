package io.sluice.devkit.kafka;

import io.sluice.devkit.process.ChildProcess;
import io.sluice.devkit.proxy.FaultProxy;
import io.sluice.devkit.proxy.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * The node of {@link EmbeddedKafka} in a child JVM, so that it can be killed and paused.
 *
 * <p>Not thread-safe: one thread starts and stops it; clients may use it meanwhile from any thread.
 */
public final class BrokerProcess implements KafkaBroker {
    private static final Duration READY = Duration.ofMinutes(2);

    private final NodeConfig config;
    private final Path properties;
    private @Nullable ChildProcess child;

    private BrokerProcess(NodeConfig config) {
        this.config = config;
        this.properties = config.folder().resolve("server.properties");
    }

    /** Starts a broker on free ports and waits until it answers. */
    public static BrokerProcess start() {
        return start(Map.of());
    }

    /**
     * Starts a broker on free ports and waits until it answers.
     *
     * @param overrides broker settings that win over the ones chosen here
     */
    public static BrokerProcess start(Map<String, String> overrides) {
        return start(overrides, null);
    }

    /**
     * Starts a broker on free ports and waits until it answers.
     *
     * @param overrides broker settings that win over the ones chosen here
     * @param proxy gets a route to a second listener of the broker, see {@link #proxiedServers}
     */
    public static BrokerProcess start(Map<String, String> overrides, @Nullable FaultProxy proxy) {
        return start(NodeConfig.create(1, proxy, overrides)).get(0);
    }

    /** Starts the nodes of a cluster, all at once, because one alone does not answer. */
    static List<BrokerProcess> start(List<NodeConfig> configs) {
        List<BrokerProcess> brokers = configs.stream().map(BrokerProcess::new).toList();
        try {
            brokers.forEach(BrokerProcess::spawn);
            brokers.forEach(BrokerProcess::awaitAnswer);
        } catch (RuntimeException e) {
            brokers.forEach(BrokerProcess::close);
            throw e;
        }
        return brokers;
    }

    @Override
    public String bootstrapServers() {
        return config.bootstrapServers();
    }

    /**
     * Value of {@code bootstrap.servers} for clients whose every connection is to go through the proxy.
     *
     * @throws IllegalStateException if it was started without one
     */
    public String proxiedServers() {
        return route().address();
    }

    /**
     * The proxy's route to this broker.
     *
     * @throws IllegalStateException if it was started without a proxy
     */
    public Route route() {
        Route route = config.route();
        if (route == null) {
            throw new IllegalStateException("the broker was started without a proxy");
        }
        return route;
    }

    /** Number of the node in its cluster, from 1. */
    public int nodeId() {
        return Integer.parseInt(config.properties().getProperty("node.id"));
    }

    /** Whether its process runs. A broker ends by itself when it cannot write its data. */
    public boolean isAlive() {
        ChildProcess running = child;
        return running != null && running.isAlive();
    }

    /** Process id of the running broker. */
    public long pid() {
        return running().pid();
    }

    /** Resident memory of the running broker in bytes; -1 if it cannot be told. */
    public long rssBytes() {
        return running().rssBytes();
    }

    /** Ends it at once (SIGKILL) and returns when it is gone. */
    public void kill() {
        ChildProcess running = running();
        running.kill();
        running.exitCode(Duration.ofSeconds(30));
        child = null;
    }

    /** Ends it cleanly (SIGTERM) and returns when it is gone. */
    public void stop() {
        running().stop(Duration.ofSeconds(60));
        child = null;
    }

    /** Stops it from running (SIGSTOP): it keeps its connections and answers nothing. */
    public void pause() {
        running().pause();
    }

    /** Lets it go on (SIGCONT). */
    public void resume() {
        running().resume();
    }

    /** Starts it again on the same port with the same data and waits until it answers. */
    public void restart() {
        spawn();
        awaitAnswer();
    }

    private void spawn() {
        if (isAlive()) {
            throw new IllegalStateException("the broker runs already");
        }
        try (Writer writer = Files.newBufferedWriter(properties)) {
            config.properties().store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + properties, e);
        }
        child = ChildProcess.java("kafka.Kafka")
                .name("broker")
                .flags("-Xmx512m", "-Dlogback.configurationFile=logback-devkit.xml")
                .args(properties.toString())
                .start(config.folder().resolve("broker.log"));
    }

    private void awaitAnswer() {
        running().awaitCondition("answer on " + bootstrapServers(), READY, this::answers);
    }

    @Override
    public void close() {
        ChildProcess running = child;
        if (running != null) {
            running.kill();
            running.exitCode(Duration.ofSeconds(30));
            child = null;
        }
        config.delete();
    }

    private ChildProcess running() {
        ChildProcess running = child;
        if (running == null) {
            throw new IllegalStateException("the broker is stopped");
        }
        return running;
    }

    private boolean answers() {
        Map<String, Object> client = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "2000",
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "2000");
        try (Admin admin = Admin.create(client)) {
            return !admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the broker", e);
        }
    }
}
