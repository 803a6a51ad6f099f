package io.sluice.bench;

import io.sluice.devkit.kafka.Ports;
import io.sluice.devkit.process.ChildProcess;
import io.sluice.devkit.process.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The gateway as it is shipped, in a process of its own, with one pipeline for each topic. For one thread. */
final class Gateway implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ChildProcess process;
    private final Usage usage;

    private Gateway(ChildProcess process) {
        this.process = process;
        this.usage = Usage.ofJvm("gateway", process.pid());
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param folder for its config and its log
     * @param ports of processors on this machine
     */
    static Gateway start(Stage stage, Path folder, GatewaySetup setup, List<String> topics, List<Integer> ports) {
        int admin = Ports.free();
        Path config = folder.resolve("gateway.yaml");
        String targets = ports.stream()
                .map(port -> "\"static://127.0.0.1:" + port + "\"")
                .collect(Collectors.joining(", "));
        StringBuilder yaml = new StringBuilder("""
                kafka: { bootstrap.servers: "%s" }
                admin: { listen: 127.0.0.1:%d }
                pipelines:
                """.formatted(stage.bootstrapServers(), admin));
        List<String> args = new ArrayList<>(List.of("run", "-c", config.toString()));
        for (String topic : topics) {
            yaml.append("""
                      - name: %s
                        source: { topics: [%s], group: %s, start: earliest }
                        ordering: %s
                        processor: { targets: [%s], lease: 10m }
                        dead_letter: { topic: %s }
                    """.formatted(
                            topic, topic, setup.name() + "." + topic, setup.ordering(), targets, stage.deadLetters()));
            setup.settings()
                    .forEach((key, value) ->
                            args.addAll(List.of("--set", "pipelines." + topic + "." + key + "=" + value)));
        }
        try {
            Files.writeString(config, yaml);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + config, e);
        }
        ChildProcess process = ChildProcess.java("io.sluice.ingest.Main")
                .name("gateway")
                .classPath(Home.classPath("ingest", "sluice-ingest"))
                .flags(setup.flags().toArray(String[]::new))
                .args(args.toArray(String[]::new))
                .start(folder.resolve("gateway.log"));
        process.awaitCondition("'ready'", PATIENCE, () -> ready(admin));
        return new Gateway(process);
    }

    private static boolean ready(int admin) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/readyz"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    Usage usage() {
        return usage;
    }

    @Override
    public void close() {
        process.stop(PATIENCE);
    }
}
