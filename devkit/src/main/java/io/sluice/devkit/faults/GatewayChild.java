package io.sluice.devkit.faults;

import io.sluice.devkit.kafka.Ports;
import io.sluice.devkit.oracle.GatewayLog;
import io.sluice.devkit.process.ChildProcess;
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
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway as it is shipped, one member of the run's group. What it says of itself is for waiting and for figures, never for the judge. */
final class GatewayChild extends Child {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private static final JsonMapper JSON = new JsonMapper();

    private final int adminPort = Ports.free();
    private final List<String> flags = new ArrayList<>(List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError", QUICK));
    private final List<String> wrapper = new ArrayList<>();

    GatewayChild(Rig rig, String name) {
        super(rig, name);
    }

    /** Adds flags of its JVM, for lives to come. */
    GatewayChild flags(String... more) {
        flags.addAll(List.of(more));
        return this;
    }

    /** A program to run it by, such as {@code faketime -f +1h}, for lives to come. */
    GatewayChild by(String... program) {
        wrapper.clear();
        wrapper.addAll(List.of(program));
        return this;
    }

    @Override
    ChildProcess launch(int life, Path output) {
        Path config = rig().folder().resolve(name() + "-" + life + ".yaml");
        try {
            Files.writeString(config, rig().yaml(adminPort));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + config, e);
        }
        return ChildProcess.java("io.sluice.ingest.Main")
                .name(name())
                .by(wrapper)
                .classPath(rig().gatewayClassPath())
                .flags(flags.toArray(String[]::new))
                .args("run", "-c", config.toString())
                .start(output);
    }

    @Override
    String sort() {
        return "gateway";
    }

    /** As in its log; its name if it did not get as far as to say it. */
    @Override
    String identity() {
        String said = GatewayLog.read(output(), event -> {});
        return said.isEmpty() ? name() : said;
    }

    @Override
    void awaitReady(ChildProcess started) {
        started.awaitCondition("state RUNNING", PATIENCE, () -> state().equals("RUNNING"));
    }

    int adminPort() {
        return adminPort;
    }

    /** State of its pipeline; empty if it does not answer. */
    String state() {
        return status().path("state").asString("");
    }

    /** Partitions it has now; 0 if it does not answer. */
    int partitions() {
        return status().path("partitions").size();
    }

    /** Its pipeline's status; a missing node if it does not answer within a few seconds. */
    JsonNode status() {
        return status(Pipeline.NAME);
    }

    /** The status of one of its pipelines; a missing node if it does not answer within a few seconds. */
    JsonNode status(String pipeline) {
        try {
            return JSON.readTree(get("/api/v1/pipelines/" + pipeline));
        } catch (JacksonException notJson) {
            return JSON.missingNode();
        }
    }

    /**
     * Sum of the series of a metric that have all these labels; 0 if it does not answer.
     *
     * @param labels each as {@code name="value"}
     */
    double metric(String name, String... labels) {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** A page of its admin server; empty if it does not answer. */
    String get(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
