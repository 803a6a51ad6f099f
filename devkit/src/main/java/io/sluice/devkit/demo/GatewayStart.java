package io.sluice.devkit.demo;

import io.sluice.devkit.process.ChildProcess;
import io.sluice.devkit.process.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Starts the gateway as a child process, with the class path it is shipped with. */
final class GatewayStart {
    static final String TOPIC = "quakes";
    static final String DEAD_LETTER_TOPIC = "dlq.quakes";
    static final String GROUP = "sluice.quakes";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private GatewayStart() {}

    /** Starts it and waits until it is ready to take records. */
    static ChildProcess start(
            Path folder, Ordering ordering, String bootstrapServers, int processorPort, AdminApi admin) {
        Path config = folder.resolve("gateway.yaml");
        try {
            Files.writeString(config, yaml(ordering, bootstrapServers, processorPort, admin.address()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + config, e);
        }
        ChildProcess gateway = ChildProcess.java("io.sluice.ingest.Main")
                .name("gateway")
                .classPath(Home.classPath("ingest", "sluice-ingest"))
                .flags("-Xmx512m")
                .args("run", "-c", config.toString())
                .start(folder.resolve("gateway.log"));
        gateway.awaitCondition("'ready' from " + admin.address() + "/readyz", PATIENCE, admin::isReady);
        return gateway;
    }

    static String yaml(Ordering ordering, String bootstrapServers, int processorPort, String adminAddress) {
        return """
                kafka:
                  bootstrap.servers: %s
                admin:
                  listen: %s
                pipelines:
                  - name: quakes
                    source: { topics: [%s], group: %s, start: earliest }
                    ordering: %s
                    processor:
                      targets: ["static://127.0.0.1:%d"]
                    dead_letter: { topic: %s }
                    # A demo has no database to spare: simulated failures are tried again at once.
                    retry: { initial_backoff: 10ms }
                """.formatted(
                        bootstrapServers,
                        adminAddress,
                        TOPIC,
                        GROUP,
                        ordering.name().toLowerCase(Locale.ROOT),
                        processorPort,
                        DEAD_LETTER_TOPIC);
    }
}
