package io.sluice.bench;

import io.sluice.bench.child.NoopProcessor;
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
import java.util.List;

/** A gateway as it is shipped, with its defaults, and a processor that acknowledges everything. */
final class SluiceContender implements Contender {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String name;
    private final Child processor;
    private final ChildProcess gateway;
    private final List<Usage> processes;

    /** @param extra lines of YAML for the pipeline, each indented by four */
    SluiceContender(Stage stage, String topic, String ordering, String tag, String extra, String batch, String flags) {
        name = "sluice-" + ordering + tag;
        Path folder = stage.folder(topic + "/" + name.replaceAll("[^A-Za-z0-9]", "-"));
        int port = Ports.free();
        processor = Child.java(
                NoopProcessor.class,
                List.of("-Xmx256m", "-XX:+UseParallelGC"),
                folder.resolve("processor.log"),
                Integer.toString(port));
        int admin = Ports.free();
        String yaml = """
                kafka: { bootstrap.servers: "%s" }
                admin: { listen: 127.0.0.1:%d }
                pipelines:
                  - name: bench
                    source: { topics: [%s], group: %s, start: earliest }
                    ordering: %s
                    processor: { targets: ["static://127.0.0.1:%d"], lease: 10m%s }
                    dead_letter: { topic: %s }
                %s""".formatted(
                        stage.bootstrapServers(),
                        admin,
                        topic,
                        name.replaceAll("[^A-Za-z0-9]", "-") + "." + topic,
                        ordering,
                        port,
                        batch,
                        stage.deadLetters(topic, name.replaceAll("[^A-Za-z0-9]", "-")),
                        extra);
        try {
            Files.writeString(folder.resolve("gateway.yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder.resolve("gateway.yaml"), e);
        }
        gateway = ChildProcess.java("io.sluice.ingest.Main")
                .name("gateway")
                .classPath(Home.classPath("ingest", "sluice-ingest"))
                .flags(("-Xmx256m " + flags + " " + System.getProperty("bench.gateway.flags", ""))
                        .trim()
                        .split("[ @]+"))
                .args("run", "-c", folder.resolve("gateway.yaml").toString())
                .start(folder.resolve("gateway.log"));
        gateway.awaitCondition("'ready'", PATIENCE, () -> ready(admin));
        processes = List.of(Usage.ofJvm("gateway", gateway.pid()), Usage.ofJvm("processor", processor.pid()));
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

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Usage> processes() {
        return processes;
    }

    @Override
    public double round(long records) {
        return processor.round(records);
    }

    @Override
    public void close() {
        processor.close();
        gateway.stop(PATIENCE);
    }
}
