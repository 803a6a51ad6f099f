package io.sluice.devkit.kafka;

import io.sluice.devkit.proxy.FaultProxy;
import io.sluice.devkit.proxy.Route;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * Settings and data folder of one KRaft node that is broker and controller at once. Immutable.
 *
 * @param port of the listener {@code DIRECT}
 * @param route leads to the listener {@code PROXIED}, which advertises the route's port, so that clients which come by it
 *     stay on it; null: there is none
 */
record NodeConfig(int port, @Nullable Route route, Path folder, Map<String, String> settings) {
    private static final String HOST = "127.0.0.1";
    private static final String DIRECT = "DIRECT";
    private static final String PROXIED = "PROXIED";
    private static final String CONTROLLER = "CONTROLLER";

    /** Picks ports and a new folder under the temp folder, formats it. {@code overrides} win over the settings chosen here. */
    static NodeConfig create(Map<String, String> overrides) {
        return create(1, null, overrides).get(0);
    }

    /**
     * The same for the nodes of one cluster.
     *
     * @param proxy gets a route to each node; null: nodes are only reached directly
     */
    static List<NodeConfig> create(int nodes, @Nullable FaultProxy proxy, Map<String, String> overrides) {
        List<Integer> controllers =
                IntStream.range(0, nodes).mapToObj(i -> Ports.free()).toList();
        String clusterId = Uuid.randomUuid().toString();
        return IntStream.range(0, nodes)
                .mapToObj(i -> create(i + 1, controllers, clusterId, proxy, overrides))
                .toList();
    }

    private static NodeConfig create(
            int id,
            List<Integer> controllers,
            String clusterId,
            @Nullable FaultProxy proxy,
            Map<String, String> overrides) {
        try {
            Path folder = Files.createTempDirectory("sluice-kafka-");
            int port = Ports.free();
            int behind = Ports.free();
            Route route = proxy == null ? null : proxy.route(behind);
            Map<String, String> settings = new HashMap<>();
            settings.put("log.dirs", folder.resolve("data").toString());
            membership(settings, id, controllers);
            listeners(settings, port, controllers.get(id - 1));
            if (route != null) {
                proxied(settings, behind, route.port());
            }
            replication(settings, controllers.size());
            small(settings);
            quick(settings);
            settings.putAll(overrides);
            NodeConfig config = new NodeConfig(port, route, folder, Map.copyOf(settings));
            config.format(clusterId, id);
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

    private void format(String clusterId, int id) {
        PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        String data = settings.getOrDefault("log.dirs", "");
        String metadata = settings.getOrDefault("metadata.log.dir", data);
        try {
            Formatter formatter = new Formatter()
                    .setClusterId(clusterId)
                    .setNodeId(id)
                    .addDirectory(data)
                    .setMetadataLogDirectory(metadata)
                    .setControllerListenerName(CONTROLLER)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setPrintStream(silent);
            if (!metadata.equals(data)) {
                formatter.addDirectory(metadata);
            }
            formatter.run();
        } catch (Exception e) {
            throw new IllegalStateException("cannot format the broker's folder " + folder + ": " + e.getMessage(), e);
        }
    }

    private static void membership(Map<String, String> s, int id, List<Integer> controllers) {
        s.put("process.roles", "broker,controller");
        s.put("node.id", Integer.toString(id));
        s.put(
                "controller.quorum.voters",
                IntStream.range(0, controllers.size())
                        .mapToObj(i -> (i + 1) + "@" + HOST + ":" + controllers.get(i))
                        .collect(Collectors.joining(",")));
        s.put("controller.listener.names", CONTROLLER);
        s.put("auto.create.topics.enable", "false");
    }

    private static void listeners(Map<String, String> s, int port, int controllerPort) {
        s.put("listeners", url(DIRECT, port) + "," + url(CONTROLLER, controllerPort));
        s.put("advertised.listeners", url(DIRECT, port));
        s.put("inter.broker.listener.name", DIRECT);
        s.put("listener.security.protocol.map", "DIRECT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT");
    }

    private static void proxied(Map<String, String> s, int port, int advertised) {
        s.merge("listeners", url(PROXIED, port), (all, one) -> all + "," + one);
        s.merge("advertised.listeners", url(PROXIED, advertised), (all, one) -> all + "," + one);
    }

    private static String url(String listener, int port) {
        return listener + "://" + HOST + ":" + port;
    }

    private static void replication(Map<String, String> s, int nodes) {
        String factor = Integer.toString(Math.min(3, nodes));
        String inSync = nodes >= 3 ? "2" : "1";
        s.put("default.replication.factor", factor);
        s.put("min.insync.replicas", inSync);
        s.put("offsets.topic.replication.factor", factor);
        s.put("transaction.state.log.replication.factor", factor);
        s.put("transaction.state.log.min.isr", inSync);
        s.put("share.coordinator.state.topic.replication.factor", factor);
        s.put("share.coordinator.state.topic.min.isr", inSync);
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
