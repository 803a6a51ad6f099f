package io.sluice.ingest.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.ingest.admin.PipelineStatus.State;
import io.sluice.ingest.config.AdminConfig;
import io.sluice.ingest.metrics.Meters;
import io.sluice.ingest.metrics.Metric;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
    private static final class Source implements StatusSource {
        volatile List<PipelineStatus> pipelines = List.of();
        volatile boolean alive = true;
        volatile boolean broken;

        @Override
        public List<PipelineStatus> status() {
            if (broken) {
                throw new IllegalStateException("secret");
            }
            return pipelines;
        }

        @Override
        public PipelineWhy why(String name) {
            return pipelines.stream()
                    .filter(p -> p.name().equals(name))
                    .map(p -> new PipelineWhy(
                            p.name(),
                            p.state(),
                            null,
                            null,
                            List.of(new PipelineWhy.Partition("t", 0, 0, "t-0@2 waits", 1.5, 7, 3, 2, null))))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public boolean alive() {
            return alive;
        }
    }

    private final Source source = new Source();
    private final Meters meters = new Meters("1.2.3");
    private final HttpClient client = HttpClient.newHttpClient();
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        server = AdminServer.start(new AdminConfig("127.0.0.1", 0), source, meters);
    }

    @AfterEach
    void stop() {
        server.close();
        meters.close();
    }

    @Test
    void metricsComeInTheFormatThatWasAskedFor() throws Exception {
        meters.forPipeline("quakes").counter(Metric.RECORDS_POLLED, () -> 3);

        HttpResponse<String> text = get("/metrics");
        assertThat(text.statusCode()).isEqualTo(200);
        assertThat(text.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(text.body()).contains("sluice_records_polled_total{pipeline=\"quakes\"} 3.0");

        HttpResponse<String> open = client.send(
                request("/metrics")
                        .header("Accept", "application/openmetrics-text;version=1.0.0")
                        .build(),
                BodyHandlers.ofString());
        assertThat(open.headers().firstValue("Content-Type").orElse("")).startsWith("application/openmetrics-text");
        assertThat(open.body()).endsWith("# EOF\n");
    }

    @Test
    void livezFailsOnlyWhenAThreadHasDied() throws Exception {
        source.pipelines = List.of(pipeline("quakes", State.FAILED));
        assertThat(get("/livez").statusCode()).isEqualTo(200);

        source.alive = false;

        assertThat(get("/livez").statusCode()).isEqualTo(503);
    }

    @Test
    void readyzIsOkOnceEveryPipelineRunsAndNamesNothingButStates() throws Exception {
        source.pipelines = List.of(pipeline("quakes", State.RUNNING), pipeline("orders", State.STARTING));
        HttpResponse<String> starting = get("/readyz");
        assertThat(starting.statusCode()).isEqualTo(503);
        assertThat(starting.body()).isEqualTo("quakes RUNNING\norders STARTING\n");

        source.pipelines = List.of(pipeline("quakes", State.RUNNING), pipeline("orders", State.RUNNING));
        assertThat(get("/readyz").statusCode()).isEqualTo(200);

        source.pipelines = List.of(pipeline("quakes", State.RUNNING), pipeline("orders", State.FAILED));
        HttpResponse<String> failed = get("/readyz");
        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(failed.body()).isEqualTo("quakes RUNNING\norders FAILED\n");
    }

    @Test
    void pipelinesAreListedInSnakeCase() throws Exception {
        source.pipelines = List.of(pipeline("quakes", State.RUNNING), pipeline("orders", State.FAILED));

        HttpResponse<String> list = get("/api/v1/pipelines");

        assertThat(list.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(list.body())
                .startsWith("[{\"name\":\"quakes\",\"state\":\"RUNNING\",\"reason\":null,\"stalled\":\"NO_STREAM\"")
                .contains("\"lag_records\":7", "\"in_flight_limit_bytes\":9", "\"settled\":{\"ack\":5}")
                .contains("\"partitions\":[{\"topic\":\"t\",\"partition\":0", "\"credit_records\":100")
                .endsWith("]\n");
        assertThat(get("/api/v1/pipelines/orders").body()).startsWith("{\"name\":\"orders\",\"state\":\"FAILED\"");
    }

    @Test
    void anUnknownPipelineIsAProblemThatSaysWhereToLook() throws Exception {
        HttpResponse<String> response = get("/api/v1/pipelines/nobody");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(response.body())
                .isEqualTo("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":"
                        + "\"no pipeline 'nobody'; GET /api/v1/pipelines lists what there is\"}\n");
    }

    @Test
    void whyHasASentenceForEachPartition() throws Exception {
        source.pipelines = List.of(pipeline("quakes", State.RUNNING), pipeline("why", State.RUNNING));

        HttpResponse<String> why = get("/api/v1/pipelines/quakes/why");

        assertThat(why.statusCode()).isEqualTo(200);
        assertThat(why.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(why.body())
                .isEqualTo(
                        "{\"name\":\"quakes\",\"state\":\"RUNNING\",\"reason\":null,\"stalled\":null,\"partitions\":["
                                + "{\"topic\":\"t\",\"partition\":0,\"lane\":0,\"text\":\"t-0@2 waits\",\"still_seconds\":1.5,"
                                + "\"lag_records\":7,\"in_flight_records\":3,\"completed_above\":2,\"head\":null}]}\n");
        assertThat(get("/api/v1/pipelines/why").body()).startsWith("{\"name\":\"why\",\"state\"");
        assertThat(get("/api/v1/pipelines/why/why").body()).contains("t-0@2 waits");
        HttpResponse<String> unknown = get("/api/v1/pipelines/nobody/why");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("no pipeline 'nobody'; GET /api/v1/pipelines lists what there is");
        HttpResponse<String> post = client.send(
                request("/api/v1/pipelines/quakes/why")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        assertThat(post.statusCode()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "FOO"})
    void onlyReadingIsAllowed(String method) throws Exception {
        HttpResponse<String> response = client.send(
                request("/metrics")
                        .method(method, HttpRequest.BodyPublishers.ofString("x"))
                        .build(),
                BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
        assertThat(response.body()).contains("method '" + method + "' is not allowed here; allowed: GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics", "/livez", "/readyz", "/api/v1/pipelines"})
    void headHasTheHeadersOfGetAndNoBody(String path) throws Exception {
        HttpResponse<String> head = client.send(
                request(path)
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        HttpResponse<String> get = get(path);

        assertThat(head.statusCode()).isEqualTo(get.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Type"))
                .isEqualTo(get.headers().firstValue("Content-Type"));
        assertThat(head.headers().firstValueAsLong("Content-Length")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/metrics/",
                "/metrics/..",
                "/../etc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/..%2f..%2fetc/passwd",
                "/api/v1/pipelines/",
                "/api/v1/pipelines/../../metrics",
                "/api/v1/pipelines/%2e%2e%2f",
                "/api/v1/pipelines/a%00b",
                "/api/v1/pipelines/%0d%0aSet-Cookie:x",
                "/api/v1/pipelines/%ff%fe",
                "/api/v1/pipelines/a/b",
                "/api/v1/pipelines//why",
                "/api/v1/pipelines/a/why/",
                "/api/v1/pipelines/%2e%2e/why"
            })
    void whatIsNotThereIsNotFound(String target) throws IOException {
        assertThat(raw("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ")
                .contains("application/problem+json")
                .doesNotContain("Set-Cookie:x\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET // HTTP/1.1\r\n\r\n",
                "GET /%zz HTTP/1.1\r\n\r\n",
                "GET /% HTTP/1.1\r\n\r\n",
                "GET /a b HTTP/1.1\r\n\r\n",
                "GET /<script> HTTP/1.1\r\n\r\n",
                "GET\r\n\r\n",
                "GET /\r\n\r\n",
                "GET http:// HTTP/1.1\r\n\r\n",
                "GET /metrics HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                "GET /metrics HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                "\u0000\u0001\u0002 / HTTP/1.1\r\n\r\n",
            })
    void whatIsNoRequestIsRefusedWithoutAServerError(String request) throws IOException {
        String response = raw(request);
        // The JDK's server says 400 itself, hangs up, or makes of it a request for something that is not there.
        assertThat(response).matches("(?s)(HTTP/1.1 4.*)?");
        assertThat(raw("GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void anOverlongTargetIsRefused() throws Exception {
        HttpResponse<String> response = get("/" + "a".repeat(3_000));

        assertThat(response.statusCode()).isEqualTo(414);
        assertThat(response.body()).contains("the request target has 3001 characters; allowed: 2048");
    }

    @Test
    void aFailureInsideIsOneProblemWithoutDetail() throws Exception {
        source.broken = true;

        HttpResponse<String> response = get("/api/v1/pipelines");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("its log has the cause").doesNotContain("secret", "Exception");
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void aPortInUseIsNamed() {
        assertThatThrownBy(() -> AdminServer.start(new AdminConfig("127.0.0.1", server.port()), source, meters)
                        .close())
                .isInstanceOf(IOException.class)
                .hasMessage("admin: cannot listen on 127.0.0.1:" + server.port() + ": Address already in use");
        assertThatThrownBy(() -> AdminServer.start(new AdminConfig("no.such.host.invalid", 1), source, meters)
                        .close())
                .hasMessage("admin: cannot listen on no.such.host.invalid:1: the host name is unknown here");
    }

    @Test
    void theIndexNamesEveryAddress() throws Exception {
        assertThat(get("/").body()).contains("/metrics", "/livez", "/readyz", "/api/v1/pipelines/{name}");
    }

    private static PipelineStatus pipeline(String name, State state) {
        return new PipelineStatus(
                name,
                state,
                null,
                "NO_STREAM",
                "sluice." + name,
                List.of("t"),
                1,
                7,
                1.5,
                3,
                300,
                8,
                9,
                Map.of("ack", 5L),
                List.of(new PipelineStatus.Partition("t", 0, 0, 1, 2, 9, 7, 1.5, 3, false, 12.5, 40)),
                List.of(new PipelineStatus.Stream("127.0.0.1:9", 0, "triage", "1", "i", "ready", 100, 0, 3, 300)));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        } catch (SocketException e) {
            return "";
        }
    }
}
