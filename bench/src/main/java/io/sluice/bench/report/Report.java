package io.sluice.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A result as it is kept: one JSON object with names in snake_case.
 *
 * @param runs measured rounds
 * @param ratios of medians within one run, by name
 * @param ratioRanges least and greatest of the rounds' ratios, by name
 * @param values other figures; their unit ends their name
 * @param skipped what could not be measured, and why
 * @param failed what went wrong
 */
public record Report(
        String command,
        String commit,
        Map<String, Object> machine,
        List<Run> runs,
        Map<String, Double> ratios,
        Map<String, List<Double>> ratioRanges,
        Map<String, Double> values,
        List<Curve> curves,
        List<Missing> skipped,
        List<Missing> failed) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /** What was not measured, and why. */
    public record Missing(String what, String why) {}

    /** Several of one origin as one. */
    public static Report merged(Origin origin, List<Report> reports) {
        return new Report(
                origin.command(),
                origin.commit(),
                origin.machine(),
                all(reports, Report::runs),
                union(reports, Report::ratios),
                union(reports, Report::ratioRanges),
                union(reports, Report::values),
                all(reports, Report::curves),
                all(reports, Report::skipped),
                all(reports, Report::failed));
    }

    /** Whether nothing was measured, skipped or failed. */
    public boolean foundNothing() {
        return runs.isEmpty() && values.isEmpty() && skipped.isEmpty() && failed.isEmpty();
    }

    private static <T> List<T> all(List<Report> reports, Function<Report, List<T>> part) {
        List<T> all = new ArrayList<>();
        reports.forEach(report -> all.addAll(part.apply(report)));
        return all;
    }

    private static <T> Map<String, T> union(List<Report> reports, Function<Report, Map<String, T>> part) {
        Map<String, T> union = new LinkedHashMap<>();
        reports.forEach(report -> union.putAll(part.apply(report)));
        return union;
    }

    /** On one line. */
    public String json() {
        return JSON.writeValueAsString(this);
    }

    /** Writes it for people and tools that compare lines. */
    public void write(Path file) throws IOException {
        Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
    }

    /** Reads one that was written. */
    public static Report read(Path file) throws IOException {
        return JSON.readValue(Files.readString(file), Report.class);
    }
}
