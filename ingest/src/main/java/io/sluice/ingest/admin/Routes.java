package io.sluice.ingest.admin;

import io.sluice.ingest.admin.PipelineStatus.State;
import io.sluice.ingest.metrics.Meters;
import io.sluice.ingest.metrics.Scrape;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What each address answers. No I/O; any thread. */
final class Routes {
    /** Longest request target, in characters. */
    static final int MAX_TARGET = 2_048;

    /** Allowed methods, as in the header {@code Allow}. */
    static final String ALLOW = "GET, HEAD";

    private static final String PIPELINES = "/api/v1/pipelines";
    private static final String WHY = "/why";
    private static final int MAX_ECHO = 80;
    private static final String INDEX = """
            Sluice gateway
            /metrics                       Prometheus text or OpenMetrics
            /livez                         200 while the process works; 503: restart it
            /readyz                        200 when every pipeline is running
            /api/v1/pipelines              state, lag, partitions and streams of every pipeline
            /api/v1/pipelines/{name}       one pipeline
            /api/v1/pipelines/{name}/why   what holds each of its partitions
            """;

    private final StatusSource source;
    private final Meters meters;

    Routes(StatusSource source, Meters meters) {
        this.source = source;
        this.meters = meters;
    }

    /**
     * Answers a request.
     *
     * @param target path and query as they came, not decoded
     * @param path decoded path, without the query
     * @param accept the {@code Accept} header, if any
     */
    Answer answer(String method, String target, String path, @Nullable String accept) {
        if (target.length() > MAX_TARGET) {
            return Answer.problem(
                    414, "the request target has " + target.length() + " characters; allowed: " + MAX_TARGET);
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return Answer.problem(405, "method " + shown(method) + " is not allowed here; allowed: " + ALLOW);
        }
        return switch (path) {
            case "/" -> Answer.text(200, INDEX);
            case "/metrics" -> metrics(accept);
            case "/livez" -> source.alive() ? Answer.text(200, "ok\n") : Answer.text(503, "a thread has died\n");
            case "/readyz" -> ready();
            case PIPELINES -> Answer.json(source.status());
            default ->
                path.startsWith(PIPELINES + "/")
                        ? pipeline(path.substring(PIPELINES.length() + 1))
                        : Answer.problem(404, "nothing at " + shown(path) + "; GET / lists what there is");
        };
    }

    private Answer metrics(@Nullable String accept) {
        Scrape scrape = meters.scrape(accept);
        return new Answer(200, scrape.contentType(), scrape.text());
    }

    private Answer ready() {
        List<PipelineStatus> status = source.status();
        boolean ready = status.stream().allMatch(p -> p.state() == State.RUNNING);
        String lines =
                status.stream().map(p -> p.name() + " " + p.state() + "\n").collect(Collectors.joining());
        return Answer.text(ready ? 200 : 503, lines.isEmpty() ? "no pipelines\n" : lines);
    }

    private Answer pipeline(String rest) {
        if (rest.endsWith(WHY)) {
            String name = rest.substring(0, rest.length() - WHY.length());
            PipelineWhy why = source.why(name);
            return why == null ? unknown(name) : Answer.json(why);
        }
        return source.status().stream()
                .filter(p -> p.name().equals(rest))
                .findFirst()
                .map(Answer::json)
                .orElseGet(() -> unknown(rest));
    }

    private static Answer unknown(String name) {
        return Answer.problem(404, "no pipeline " + shown(name) + "; GET " + PIPELINES + " lists what there is");
    }

    /** What the caller gave, short and on one line. */
    private static String shown(String given) {
        String cut = given.length() <= MAX_ECHO ? given : given.substring(0, MAX_ECHO) + "...";
        return "'" + cut.replaceAll("\\p{Cntrl}", "?") + "'";
    }
}
