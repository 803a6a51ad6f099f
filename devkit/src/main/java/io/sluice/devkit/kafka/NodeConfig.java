package io.sluice.devkit.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** Settings and data folder of one KRaft node that is broker and controller at once. Immutable. */
record NodeConfig(int port, Path folder, Map<String, String> settings) {
    private static final String HOST = "127.0.0.1";

    /** Picks ports and a new folder under the temp folder, formats it. {@code overrides} win over the settings chosen here. */
    static NodeConfig create(Map<String, String> overrides) {
        try {
            Path folder = Files.createTempDirectory("sluice-kafka-");
            int port = Ports.free();
            Map<String, String> settings = defaults(port, Ports.free(), folder.resolve("data"));
            settings.putAll(overrides);
            NodeConfig config = new NodeConfig(port, folder, Map.copyOf(settings));
            config.format();
            return config;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a data folder for the broker", e);
        }
    }

    String bootstrapServers() {
        return HOST + ":" + port;
    }

    Properties properties() {
        Properties properties = new Properties();
        properties.putAll(settings);
        return properties;
    }

    /** Deletes the folder and all data. Files that vanish meanwhile are not an error. */
    void delete() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.getLogger(NodeConfig.class.getName())
                    .log(System.Logger.Level.WARNING, "left behind " + folder + ": " + e.getMessage());
        }
    }

    private void format() {
        PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        try {
            new Formatter()
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(Integer.parseInt(settings.getOrDefault("node.id", "1")))
                    .addDirectory(settings.getOrDefault("log.dirs", ""))
                    .setMetadataLogDirectory(settings.getOrDefault("log.dirs", ""))
                    .setControllerListenerName("CONTROLLER")
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setPrintStream(silent)
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException("cannot format the broker's folder " + folder + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, String> defaults(int port, int controllerPort, Path data) {
        Map<String, String> s = new HashMap<>();
        s.put("process.roles", "broker,controller");
        s.put("node.id", "1");
        s.put("controller.quorum.voters", "1@" + HOST + ":" + controllerPort);
        s.put("controller.listener.names", "CONTROLLER");
        s.put("listeners", "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
        s.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
        s.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        s.put("log.dirs", data.toString());
        s.put("auto.create.topics.enable", "false");
        singleNode(s);
        small(s);
        quick(s);
        return s;
    }

    private static void singleNode(Map<String, String> s) {
        s.put("default.replication.factor", "1");
        s.put("min.insync.replicas", "1");
        s.put("offsets.topic.replication.factor", "1");
        s.put("transaction.state.log.replication.factor", "1");
        s.put("transaction.state.log.min.isr", "1");
        s.put("share.coordinator.state.topic.replication.factor", "1");
        s.put("share.coordinator.state.topic.min.isr", "1");
    }

    private static void small(Map<String, String> s) {
        s.put("offsets.topic.num.partitions", "8");
        s.put("transaction.state.log.num.partitions", "4");
        s.put("share.coordinator.state.topic.num.partitions", "4");
        s.put("num.network.threads", "2");
        s.put("num.io.threads", "4");
        s.put("background.threads", "2");
        s.put("num.recovery.threads.per.data.dir", "1");
        // Kafka's default takes 128 MiB of heap before the first record.
        s.put("log.cleaner.dedupe.buffer.size", "4194304");
    }

    private static void quick(Map<String, String> s) {
        s.put("group.initial.rebalance.delay.ms", "0");
        s.put("group.min.session.timeout.ms", "500");
        s.put("group.consumer.min.session.timeout.ms", "1000");
        s.put("group.consumer.session.timeout.ms", "10000");
        s.put("group.consumer.min.heartbeat.interval.ms", "100");
        s.put("group.consumer.heartbeat.interval.ms", "500");
        // A broker killed and started again may register only after its former session has ended.
        s.put("broker.session.timeout.ms", "3000");
        s.put("broker.heartbeat.interval.ms", "500");
    }
}
