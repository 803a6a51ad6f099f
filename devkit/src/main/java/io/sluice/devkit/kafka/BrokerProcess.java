package io.sluice.devkit.kafka;

import io.sluice.devkit.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        BrokerProcess broker = new BrokerProcess(NodeConfig.create(overrides));
        try (Writer writer = Files.newBufferedWriter(broker.properties)) {
            broker.config.properties().store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + broker.properties, e);
        }
        try {
            broker.restart();
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    @Override
    public String bootstrapServers() {
        return config.bootstrapServers();
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
        if (child != null) {
            throw new IllegalStateException("the broker runs already");
        }
        ChildProcess started = ChildProcess.java("kafka.Kafka")
                .name("broker")
                .flags("-Xmx512m", "-Dlogback.configurationFile=logback-devkit.xml")
                .args(properties.toString())
                .start(config.folder().resolve("broker.log"));
        child = started;
        started.awaitCondition("answer on " + bootstrapServers(), READY, this::answers);
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
