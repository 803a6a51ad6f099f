package io.sluice.ingest.admin;

import io.sluice.ingest.config.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** One HTTP response; the body is UTF-8 text. */
record Answer(int status, String contentType, String body) {
    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final Map<Integer, String> TITLES = Map.of(
            400, "Bad Request",
            404, "Not Found",
            405, "Method Not Allowed",
            413, "Content Too Large",
            414, "URI Too Long",
            500, "Internal Server Error");

    static Answer text(int status, String body) {
        return new Answer(status, PLAIN, body);
    }

    static Answer json(Object tree) {
        return new Answer(200, "application/json", Json.write(tree) + "\n");
    }

    /** An RFC 9457 problem. {@code detail}: one line saying what was given and what is allowed. */
    static Answer problem(int status, String detail) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", TITLES.getOrDefault(status, "Error"));
        problem.put("status", status);
        problem.put("detail", detail);
        return new Answer(status, "application/problem+json", Json.write(problem) + "\n");
    }
}
