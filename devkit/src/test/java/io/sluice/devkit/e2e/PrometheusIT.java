package io.sluice.devkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.junit.WithKafka;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.RecordGenerator;
import io.sluice.ingest.Gateway;
import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Prometheus scrapes a running gateway and answers what the dashboard and the alerts ask. */
@WithKafka
class PrometheusIT {
    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final int RECORDS = 5_000;

    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();

    @Test
    void everyDashboardQueryAndEveryAlertIsAnswered(TestKafka kafka, @TempDir Path folder) throws Exception {
        if (System.getenv("SLUICE_REQUIRE_PROMTOOL") != null) {
            assertThat(installed()).as("prometheus is on the PATH").isTrue();
        }
        Assumptions.assumeTrue(installed(), "*** LEFT OUT: no prometheus on the PATH ***");
        String topic = kafka.topic("watched", 3);
        kafka.broker().createTopic("dlq." + topic, 1, java.util.Map.of());
        Producing.all(
                kafka.bootstrapServers(), new RecordGenerator(3, RECORDS, 100, 3, 50, 150).records(topic), sent -> {});
        try (ProcessorServer processor = Processor.named("watched")
                        .handler(record -> record.offset() % 50 == 0 ? Verdict.reject("NO", "") : Verdict.ack())
                        .start();
                Gateway gateway = Gateway.start(
                        Pipelines.gateway(kafka.bootstrapServers(), Pipelines.of(topic, processor.port())))) {
            int port = freePort();
            Process prometheus = start(folder, port, gateway.adminPort());
            try {
                await().atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(500))
                        .ignoreExceptions()
                        .until(() -> sum(port, "sum(sluice_records_settled_total)") == RECORDS
                                && sum(port, "count(rate(sluice_records_settled_total[1m]))") > 0);
                assertAnswered(port);
                await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertAlertsWork(port));
            } finally {
                prometheus.destroy();
                assertThat(prometheus.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private void assertAnswered(int port) throws IOException, InterruptedException {
        List<String> empty = new ArrayList<>();
        List<String> queries = queries();
        for (String query : queries) {
            JsonNode answer = query(port, query);
            assertThat(answer.get("status").asString())
                    .as("%s: %s", query, answer)
                    .isEqualTo("success");
            if (answer.get("data").get("result").isEmpty()) {
                empty.add(query);
            }
        }
        System.out.printf(
                "prometheus: %d dashboard queries answered, %d of them without data%n", queries.size(), empty.size());
        empty.forEach(query -> System.out.println("  no data: " + query));
        assertThat(empty.size()).as("queries without data: %s", empty).isLessThan(queries.size() / 4);
    }

    private void assertAlertsWork(int port) throws IOException, InterruptedException {
        JsonNode rules =
                get(port, "/api/v1/rules").get("data").get("groups").get(0).get("rules");
        assertThat(rules.size()).isGreaterThanOrEqualTo(10);
        rules.forEach(rule -> assertThat(rule.get("health").asString())
                .as(rule.get("name").asString())
                .isEqualTo("ok"));
    }

    private List<String> queries() {
        JsonNode board =
                json.readTree(DEPLOY.resolve("grafana/dashboards/sluice.json").toFile());
        List<String> queries = new ArrayList<>();
        board.get("panels").forEach(panel -> {
            if (panel.has("targets")) {
                panel.get("targets").forEach(target -> queries.add(filled(target)));
            }
        });
        board.get("annotations").get("list").forEach(annotation -> queries.add(filled(annotation)));
        return queries;
    }

    private static String filled(JsonNode holder) {
        return holder.get("expr").asString().replace("$__rate_interval", "1m").replace("$pipeline", ".*");
    }

    private double sum(int port, String query) throws IOException, InterruptedException {
        JsonNode result = query(port, query).get("data").get("result");
        return result.isEmpty()
                ? -1
                : Double.parseDouble(result.get(0).get("value").get(1).asString());
    }

    private JsonNode query(int port, String query) throws IOException, InterruptedException {
        return get(port, "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    }

    private JsonNode get(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        return json.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private static Process start(Path folder, int port, int adminPort) throws IOException {
        Files.copy(DEPLOY.resolve("prometheus/alerts.yml"), folder.resolve("alerts.yml"));
        String config = Files.readString(DEPLOY.resolve("prometheus/prometheus.yml"))
                .replace("gateway:9464", "127.0.0.1:" + adminPort)
                .replace("15s", "1s");
        Files.writeString(folder.resolve("prometheus.yml"), config);
        return new ProcessBuilder(
                        "prometheus",
                        "--config.file=prometheus.yml",
                        "--storage.tsdb.path=data",
                        "--web.listen-address=127.0.0.1:" + port)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean installed() {
        String path = System.getenv("PATH");
        for (String directory : path == null ? new String[0] : path.split(":")) {
            if (Files.isExecutable(Path.of(directory, "prometheus"))) {
                return true;
            }
        }
        return false;
    }
}
