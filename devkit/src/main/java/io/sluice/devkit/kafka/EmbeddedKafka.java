package io.sluice.devkit.kafka;

import java.nio.file.Path;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * A KRaft node inside this JVM: broker and controller in one, on loopback, data in a temp folder.
 *
 * <p>Starts in one to three seconds the first time and in well under one after that. Topics are not made by themselves. For
 * kills and pauses use {@link BrokerProcess}. May be called from any thread.
 */
public final class EmbeddedKafka implements KafkaBroker {
    private final NodeConfig config;
    private @Nullable KafkaRaftServer server; // guarded by this
    private boolean closed; // guarded by this

    private EmbeddedKafka(NodeConfig config) {
        this.config = config;
    }

    /** Starts a broker on free ports. */
    public static EmbeddedKafka start() {
        return start(Map.of());
    }

    /**
     * Starts a broker on free ports.
     *
     * @param overrides broker settings that win over the ones chosen here
     */
    public static EmbeddedKafka start(Map<String, String> overrides) {
        EmbeddedKafka kafka = new EmbeddedKafka(NodeConfig.create(overrides));
        try {
            kafka.restart();
        } catch (RuntimeException e) {
            kafka.close();
            throw e;
        }
        return kafka;
    }

    @Override
    public String bootstrapServers() {
        return config.bootstrapServers();
    }

    /** Port of the broker's listener. */
    public int port() {
        return config.port();
    }

    /** Where the broker keeps a partition's log; for tests that damage it while the broker is stopped. */
    public Path folder(String topic, int partition) {
        return Path.of(config.properties().getProperty("log.dirs")).resolve(topic + "-" + partition);
    }

    NodeConfig config() {
        return config;
    }

    /** Stops the broker cleanly; ports and data stay reserved for {@link #restart}. */
    public synchronized void stop() {
        KafkaRaftServer running = server;
        if (running != null) {
            server = null;
            running.shutdown();
            running.awaitShutdown();
        }
    }

    /** Starts a stopped broker on the same port with the same data. Does nothing if it runs. */
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("the broker is closed, its data is gone");
        }
        if (server == null) {
            KafkaRaftServer starting =
                    new KafkaRaftServer(KafkaConfig.fromProps(config.properties(), false), Time.SYSTEM);
            starting.startup();
            server = starting;
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            stop();
            closed = true;
            config.delete();
        }
    }
}
