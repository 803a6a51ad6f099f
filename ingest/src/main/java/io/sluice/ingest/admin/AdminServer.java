package io.sluice.ingest.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.ingest.config.AdminConfig;
import io.sluice.ingest.metrics.Meters;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP for operators, on the JDK's own server. Read-only: nothing that is asked here changes anything.
 *
 * <p>Bounded: {@value #THREADS} daemon threads, {@value #CONNECTIONS} connections, {@value #REQUEST_SECONDS} s for a
 * request to arrive, {@value #RESPONSE_SECONDS} s for its answer to leave.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int THREADS = 8;
    private static final int CONNECTIONS = 128;
    private static final int REQUEST_SECONDS = 10;
    private static final int RESPONSE_SECONDS = 60;
    private static final int BACKLOG = 64;

    private final HttpServer server;
    private final ExecutorService threads;

    private AdminServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Listens and answers from now on.
     *
     * @throws IOException with one line naming the address, if it cannot be listened on
     */
    public static AdminServer start(AdminConfig config, StatusSource source, Meters meters) throws IOException {
        limits();
        HttpServer http = listen(config);
        Routes routes = new Routes(source, meters);
        AtomicInteger count = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "sluice-admin-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
        http.setExecutor(threads);
        http.createContext("/", exchange -> handle(exchange, routes));
        http.start();
        return new AdminServer(http, threads);
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops at once; open requests are cut. Idempotent. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static HttpServer listen(AdminConfig config) throws IOException {
        InetSocketAddress address = new InetSocketAddress(config.host(), config.port());
        String where = "admin: cannot listen on " + config.host() + ":" + config.port() + ": ";
        if (address.isUnresolved()) {
            throw new IOException(where + "the host name is unknown here");
        }
        try {
            return HttpServer.create(address, BACKLOG);
        } catch (IOException | SecurityException e) {
            throw new IOException(where + e.getMessage(), e);
        }
    }

    /** The JDK's server takes its limits from system properties only, once, when its first instance is made. */
    private static void limits() {
        limit("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
        limit("sun.net.httpserver.maxRspTime", RESPONSE_SECONDS);
        limit("sun.net.httpserver.maxReqHeaders", 100);
        limit("sun.net.httpserver.maxReqHeaderSize", 32 * 1024);
        limit("jdk.httpserver.maxConnections", CONNECTIONS);
    }

    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    private static void handle(HttpExchange exchange, Routes routes) throws IOException {
        try (exchange) {
            send(exchange, answer(exchange, routes));
        }
    }

    private static Answer answer(HttpExchange exchange, Routes routes) {
        try {
            var uri = exchange.getRequestURI();
            String path = uri.getPath();
            return routes.answer(
                    exchange.getRequestMethod(),
                    uri.toString(),
                    path == null ? "" : path,
                    exchange.getRequestHeaders().getFirst("Accept"));
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("cause", e.toString()).log("admin request failed inside the gateway");
            LOG.atDebug().setCause(e).log("admin request failed");
            return Answer.problem(500, "the gateway could not answer; its log has the cause");
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.contentType());
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        if (answer.status() == 405) {
            headers.set("Allow", Routes.ALLOW);
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
