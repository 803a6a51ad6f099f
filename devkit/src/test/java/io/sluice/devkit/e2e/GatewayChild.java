package io.sluice.devkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.process.ChildJvm;
import io.sluice.devkit.process.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** A gateway in a JVM of its own, and what it and the kernel say of it. */
final class GatewayChild implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    final ChildProcess process;
    private final int adminPort;

    private GatewayChild(ChildProcess process, int adminPort) {
        this.process = process;
        this.adminPort = adminPort;
    }

    /**
     * Starts it and waits until every pipeline runs.
     *
     * @param pipelines the items of the configuration's list {@code pipelines}, in YAML, not indented
     * @param flags of the JVM, besides that running out of memory ends it
     */
    static GatewayChild start(Path folder, String bootstrapServers, List<String> pipelines, String... flags)
            throws IOException {
        int port = freePort();
        StringBuilder yaml = new StringBuilder("kafka: { bootstrap.servers: \"%s\" }\n".formatted(bootstrapServers))
                .append("admin: { listen: \"127.0.0.1:%d\" }\n".formatted(port))
                .append("pipelines:\n");
        pipelines.forEach(item -> yaml.append(item.indent(2)));
        Path config = Files.writeString(folder.resolve("gateway.yaml"), yaml);
        ChildJvm jvm = ChildProcess.java("io.sluice.ingest.Main")
                .name("gateway")
                .flags("-XX:+ExitOnOutOfMemoryError")
                .flags(flags)
                .args("run", "-c", config.toString());
        GatewayChild gateway = new GatewayChild(jvm.start(folder.resolve("gateway.log")), port);
        try {
            gateway.process.awaitCondition("'ready' from /readyz", PATIENCE, gateway::ready);
            return gateway;
        } catch (RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    /** The page {@code /metrics}, as it is now. */
    Metrics metrics() {
        return new Metrics(get("/metrics").body());
    }

    /** Every pipeline's status as JSON, for messages. */
    String status() {
        return get("/api/v1/pipelines").body();
    }

    /** Heap in use after a full collection, in bytes. */
    double liveHeapBytes() {
        ChildProcess collection = ChildProcess.start(
                "jcmd",
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.run"),
                process.output());
        assertThat(collection.exitCode(PATIENCE)).as("exit code of jcmd").isZero();
        return metrics().heapUsedBytes();
    }

    /** Largest resident memory so far, in bytes. */
    long peakRssBytes() {
        return kernel("VmHWM:") * 1024;
    }

    /** Processor time used so far by all threads, in seconds. */
    double cpuSeconds() {
        return process().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    /** SIGTERM; waits for the end and returns the exit code. */
    int terminate() {
        process.terminate();
        return process.exitCode(PATIENCE);
    }

    @Override
    public void close() {
        process.stop(Duration.ofSeconds(40));
    }

    private ProcessHandle process() {
        return ProcessHandle.of(process.pid()).orElseThrow();
    }

    private boolean ready() {
        try {
            return get("/readyz").statusCode() == 200;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private long kernel(String field) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                    .filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(-1);
        } catch (IOException e) {
            return -1;
        }
    }

    private HttpResponse<String> get(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(
                    "gateway gives no " + path + ": " + e + "; its last output:\n" + process.tail(20), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** One scrape. */
    record Metrics(String page) {
        /** Sum of the series of a name that have all these labels, each given as {@code name="value"}. */
        double sum(String name, String... labels) {
            return page.lines()
                    .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                    .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }

        double heapUsedBytes() {
            return sum("jvm_memory_used_bytes", "area=\"heap\"");
        }

        /** Partitions that have come into this process, in all rebalances. */
        double assigned() {
            return sum("sluice_rebalances_total", "kind=\"assigned\"");
        }

        /** Partitions that have been taken from this process, in whatever way. */
        double taken() {
            return sum("sluice_rebalances_total", "kind=\"revoked\"") + sum("sluice_rebalances_total", "kind=\"lost\"");
        }
    }
}
