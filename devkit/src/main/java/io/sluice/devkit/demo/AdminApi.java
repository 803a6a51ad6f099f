package io.sluice.devkit.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gateway's admin API. Used for what is shown while the demo runs, never for its verdict. */
final class AdminApi {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final String address;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final JsonMapper json = new JsonMapper();

    /**
     * @param address host and port
     */
    AdminApi(String address) {
        this.address = address;
    }

    String address() {
        return address;
    }

    boolean isReady() {
        return get("/readyz").isPresent();
    }

    /** Records in flight as the gateway tells; -1 if it does not answer. */
    long inFlight() {
        try {
            return get("/api/v1/pipelines")
                    .map(json::readTree)
                    .flatMap(tree -> Optional.<JsonNode>ofNullable(tree.findValue("in_flight_records")))
                    .map(JsonNode::asLong)
                    .orElse(-1L);
        } catch (JacksonException e) {
            return -1;
        }
    }

    /** The state of the pipelines as JSON, or that there was no answer. */
    String status() {
        return get("/api/v1/pipelines").orElse("(no answer from http://" + address + "/api/v1/pipelines)");
    }

    private Optional<String> get(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                .timeout(TIMEOUT)
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
