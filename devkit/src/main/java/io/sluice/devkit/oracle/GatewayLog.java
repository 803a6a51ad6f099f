package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.LogRecord.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Turns what a gateway logs, in JSON, into events: partitions assigned, revoked, released, lost. */
public final class GatewayLog {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String STARTING = "gateway is starting";
    private static final Map<String, String> KINDS = Map.of(
            "partitions assigned", EventKind.ASSIGNED,
            "partitions revoked", EventKind.REVOKED,
            "partitions released", EventKind.RELEASED,
            "partitions lost", EventKind.LOST);

    private String gateway = "";

    private GatewayLog() {}

    /**
     * Gives the events of one gateway process to {@code sink}.
     *
     * @param output what the process wrote; lines that are not JSON are left out
     * @return the gateway's id without the lane; empty: it did not get as far as to say it
     */
    public static String read(Path output, Consumer<? super Event> sink) {
        GatewayLog log = new GatewayLog();
        try (Stream<String> lines = Files.lines(output, StandardCharsets.UTF_8)) {
            lines.forEach(line -> log.line(line, sink));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + output, e);
        }
        return log.gateway;
    }

    private void line(String line, Consumer<? super Event> sink) {
        JsonNode json = json(line);
        if (json == null) {
            return;
        }
        String message = json.path("message").asString("");
        if (message.equals(STARTING)) {
            gateway = json.path("gateway").asString("");
        }
        String kind = KINDS.get(message);
        if (kind != null) {
            long t = OffsetDateTime.parse(json.path("@timestamp").asString(""))
                    .toInstant()
                    .toEpochMilli();
            sink.accept(new Event(
                    t, kind, gateway + "/" + lane(json), json.path("which").asString("")));
        }
    }

    /** The number of the lane: what the name of its poll thread ends with. */
    private static String lane(JsonNode json) {
        String thread = json.path("thread_name").asString("");
        return thread.substring(thread.lastIndexOf('-') + 1);
    }

    private static @Nullable JsonNode json(String line) {
        if (!line.startsWith("{")) {
            return null;
        }
        try {
            return JSON.readTree(line);
        } catch (JacksonException e) {
            return null; // the last line of a process that was killed
        }
    }
}
