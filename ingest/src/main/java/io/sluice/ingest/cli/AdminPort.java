package io.sluice.ingest.cli;

import io.sluice.ingest.config.AdminConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/** Reads from the admin port of a running gateway. */
final class AdminPort {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Set<String> ANYWHERE = Set.of("0.0.0.0", "::");

    private final URI base;

    private AdminPort(URI base) {
        this.base = base;
    }

    /** @throws IllegalArgumentException with what is allowed, if it is not the address of an HTTP server */
    static AdminPort at(String url) {
        URI uri = URI.create(url.endsWith("/") ? url : url + "/");
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !Set.of("http", "https").contains(scheme)) {
            throw new IllegalArgumentException("allowed http://host:port or https://host:port");
        }
        return new AdminPort(uri);
    }

    /** Where a gateway with this configuration listens, as seen from its own host. */
    static String url(AdminConfig config) {
        String host = ANYWHERE.contains(config.host()) ? "localhost" : config.host();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + config.port();
    }

    /**
     * @param path without a slash in front, encoded
     * @throws IOException if there is no answer in time
     */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
        HttpRequest request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(ANSWER).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public String toString() {
        String text = base.toString();
        return text.substring(0, text.length() - 1);
    }
}
