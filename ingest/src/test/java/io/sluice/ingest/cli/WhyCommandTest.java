package io.sluice.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sluice.ingest.admin.AdminServer;
import io.sluice.ingest.admin.PipelineStatus;
import io.sluice.ingest.admin.PipelineWhy;
import io.sluice.ingest.admin.StatusSource;
import io.sluice.ingest.config.AdminConfig;
import io.sluice.ingest.metrics.Meters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sluice why} against a real admin port. */
class WhyCommandTest {
    private static final String SENTENCE = "quakes-3@1042 (key 9f3a0011…) waits for attempt 3 of 5, due in 12.3 s";

    private volatile List<PipelineWhy.Partition> partitions = List.of();
    private final Meters meters = new Meters("1.2.3");
    private AdminServer server;
    private String url;

    @BeforeEach
    void start() throws IOException {
        StatusSource source = new StatusSource() {
            @Override
            public List<PipelineStatus> status() {
                return List.of();
            }

            @Override
            public PipelineWhy why(String name) {
                return name.equals("quakes")
                        ? new PipelineWhy(
                                name, PipelineStatus.State.RUNNING, "all wait\u001b[31m", "RETRY_BACKOFF", partitions)
                        : null;
            }

            @Override
            public boolean alive() {
                return true;
            }
        };
        server = AdminServer.start(new AdminConfig("127.0.0.1", 0), source, meters);
        url = "http://127.0.0.1:" + server.port();
        PipelineWhy.Head head = new PipelineWhy.Head(
                1042,
                "9f3a001122334455",
                100,
                "WAITING",
                2,
                5,
                2,
                "BUSY",
                "later",
                null,
                null,
                null,
                null,
                null,
                12.3,
                40.0,
                50.0);
        partitions = List.of(
                new PipelineWhy.Partition("quakes", 3, 0, SENTENCE, 95.5, 6000, 5300, 5210, head),
                new PipelineWhy.Partition("quakes", 1, 0, "quakes-1: everything is settled", 0, 0, 0, 0, null),
                new PipelineWhy.Partition("quakes", 2, 0, "quakes-2: everything is settled", 0, 0, 0, 0, null));
    }

    @AfterEach
    void stop() {
        server.close();
        meters.close();
    }

    @Test
    void peopleGetASentenceForEachPartitionThatIsHeld() {
        CliRun run = CliRun.of("why", "quakes", "--url", url);

        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
        assertThat(run.out().lines())
                .containsExactly(
                        "quakes RUNNING, stalled RETRY_BACKOFF: all wait\\u001b[31m",
                        SENTENCE,
                        "2 partitions are settled to the end");
    }

    @Test
    void onePartitionAloneIsShownWhateverItIsLike() {
        CliRun run = CliRun.of("why", "quakes", "--url", url + "/", "--partition", "quakes-1");

        assertThat(run.out().lines()).last().isEqualTo("quakes-1: everything is settled");
        CliRun none = CliRun.of("why", "quakes", "--url", url, "--partition", "quakes-9");
        assertThat(none.exit()).isEqualTo(2);
        assertThat(none.err())
                .contains("partition quakes-9 is not with this gateway, which has quakes-1, quakes-2, quakes-3;");
    }

    @Test
    void jsonIsWhatTheGatewaySays() {
        CliRun all = CliRun.of("why", "quakes", "--url", url, "--json");
        CliRun one = CliRun.of("why", "quakes", "--url", url, "--json", "--partition", "quakes-3");

        assertThat(all.out())
                .startsWith("{\"name\":\"quakes\",\"state\":\"RUNNING\",")
                .contains(
                        "\"still_seconds\":95.5,\"lag_records\":6000,\"in_flight_records\":5300,\"completed_above\":5210",
                        "\"head\":{\"offset\":1042,\"key_hash\":\"9f3a001122334455\",\"bytes\":100,\"where\":\"WAITING\"",
                        "\"due_in_seconds\":12.3,\"failing_for_seconds\":40.0,\"received_ago_seconds\":50.0}",
                        "\"partition\":1");
        assertThat(one.out()).contains("\"partition\":3").doesNotContain("\"partition\":1");
    }

    @Test
    void theAdminPortMayComeFromTheConfiguration(@TempDir Path folder) throws IOException {
        String yaml = Files.readString(Path.of("src/test/resources/config/good/minimal.yaml"))
                + "\nadmin: { listen: \"0.0.0.0:" + server.port() + "\" }\n";
        Path file = Files.writeString(folder.resolve("sluice.yaml"), yaml);

        assertThat(CliRun.of("why", "quakes", "-c", file.toString()).exit()).isZero();
        CliRun both = CliRun.of("why", "quakes", "-c", file.toString(), "--url", url);
        assertThat(both.exit()).isEqualTo(2);
        assertThat(both.err()).contains("--url given beside --config; allowed one of the two");
        assertThat(CliRun.of("why", "quakes", "-c", "no-such-file.yaml").exit()).isEqualTo(78);
    }

    @Test
    void anUnknownPipelineIsAUsageError() {
        CliRun run = CliRun.of("why", "a b/../quakes", "--url", url);

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.errLines()).hasSize(1);
        assertThat(run.err()).contains("no pipeline 'a b/../quakes'; GET /api/v1/pipelines lists what there is");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:9464", "ftp://localhost:1", "http://", "http://a b", "file:///etc/passwd", ""})
    void aUrlThatIsNoneIsAUsageError(String bad) {
        CliRun run = CliRun.of("why", "quakes", "--url", bad);

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.errLines()).hasSize(1);
        assertThat(run.err()).startsWith("sluice: --url " + bad + ": ");
    }

    @Test
    void noPipelineIsAUsageError() {
        assertThat(CliRun.of("why").exit()).isEqualTo(2);
    }

    @Test
    void aGatewayThatIsNotThereIsOneLineAndExit69() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        CliRun run = CliRun.of("why", "quakes", "--url", "http://127.0.0.1:" + port);

        assertThat(run.exit()).isEqualTo(69);
        assertThat(run.errLines()).hasSize(1);
        assertThat(run.err()).startsWith("sluice: gateway at http://127.0.0.1:" + port + " unreachable: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"200 hello", "200 {}", "200 [1]", "404 <html>", "500 {\"detail\":\"broken\"}"})
    void whatIsNoGatewayIsOneLineAndExit1(String answer) throws IOException {
        int status = Integer.parseInt(answer.substring(0, 3));
        byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        other.start();
        try {
            CliRun run = CliRun.of(
                    "why",
                    "quakes",
                    "--url",
                    "http://127.0.0.1:" + other.getAddress().getPort());

            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.errLines()).hasSize(1);
            assertThat(run.err()).contains("is no Sluice gateway", "status " + status);
        } finally {
            other.stop(0);
        }
    }
}
