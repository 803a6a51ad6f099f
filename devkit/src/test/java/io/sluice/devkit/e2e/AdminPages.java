package io.sluice.devkit.e2e;

import io.sluice.ingest.Gateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a gateway says of itself over HTTP, as an operator or a scraper gets to see it. */
final class AdminPages {
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final int port;

    AdminPages(Gateway gateway) {
        this.port = gateway.adminPort();
    }

    HttpResponse<String> get(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("GET " + path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: GET " + path, e);
        }
    }

    /** One pipeline of {@code /api/v1/pipelines}. */
    JsonNode pipeline(String name) {
        for (JsonNode pipeline : json.readTree(get("/api/v1/pipelines").body())) {
            if (pipeline.get("name").asString().equals(name)) {
                return pipeline;
            }
        }
        throw new AssertionError("no pipeline " + name + " in /api/v1/pipelines");
    }

    /** Sum of a metric's series that carry all these labels, as scraped now; -1: there is none. */
    double metric(String name, Map<String, String> labels) {
        double sum = 0;
        boolean found = false;
        for (String line : get("/metrics").body().split("\n")) {
            if (line.startsWith(name + "{") && labels.entrySet().stream().allMatch(l -> has(line, l))) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                found = true;
            }
        }
        return found ? sum : -1;
    }

    private static boolean has(String line, Map.Entry<String, String> label) {
        return line.contains(label.getKey() + "=\"" + label.getValue() + "\"");
    }
}
