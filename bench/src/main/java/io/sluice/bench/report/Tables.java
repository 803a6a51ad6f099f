package io.sluice.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A result as Markdown. */
final class Tables {
    private Tables() {}

    /** All of it: where it comes from, ratios, figures, rounds, and what is missing. */
    static String of(Report report) {
        return String.join("\n", parts(report));
    }

    private static List<String> parts(Report report) {
        List<String> parts = new ArrayList<>(List.of(origin(report)));
        if (!report.ratios().isEmpty()) {
            parts.add(ratios(report));
        }
        if (!report.values().isEmpty()) {
            parts.add(values(report));
        }
        if (report.runs().stream().anyMatch(run -> run.records() > 0)) {
            parts.add(runs(report));
        }
        report.skipped().forEach(m -> parts.add("**Not measured:** " + m.what() + ": " + m.why() + "\n"));
        report.failed().forEach(m -> parts.add("**Failed:** " + m.what() + ": " + m.why() + "\n"));
        return parts;
    }

    private static String origin(Report report) {
        String machine = "%s × %s, %s, %s, %s"
                .formatted(
                        report.machine().get("cpus"),
                        report.machine().get("model"),
                        report.machine().get("memory"),
                        report.machine().get("os"),
                        report.machine().get("jdk"));
        return "`%s` at commit `%s`; %s.\n".formatted(report.command(), report.commit(), machine);
    }

    private static String ratios(Report report) {
        StringBuilder table = new StringBuilder("| ratio | of medians | least and greatest of a round |\n|---|--:|--:|\n");
        report.ratios().forEach((name, ratio) -> {
            List<Double> range = report.ratioRanges().getOrDefault(name, List.of(ratio, ratio));
            table.append("| `%s` | %s | %s–%s |\n"
                    .formatted(name, number(ratio), number(range.get(0)), number(range.get(1))));
        });
        return table.toString();
    }

    private static String values(Report report) {
        StringBuilder table = new StringBuilder("| figure | |\n|---|--:|\n");
        report.values().forEach((name, value) -> table.append("| `%s` | %s |\n".formatted(name, number(value))));
        return table.toString();
    }

    private static String runs(Report report) {
        StringBuilder table = new StringBuilder(
                "| scenario | contender | records a second (least–greatest) | µs of processor time a record | bytes allocated a record | peak RSS, MB |\n|---|---|--:|---|---|---|\n");
        Map<String, List<Run>> scenarios = new LinkedHashMap<>();
        report.runs().stream()
                .filter(run -> run.records() > 0)
                .forEach(run -> scenarios
                        .computeIfAbsent(run.scenario(), s -> new ArrayList<>())
                        .add(run));
        scenarios.forEach((scenario, all) -> Plots.byContender(all).forEach((contender, runs) -> {
            Spread rate = Spread.of(runs.stream().map(Run::recordsPerSecond).toList());
            table.append("| %s | %s | %s (%s–%s) | %s | %s | %s |\n"
                    .formatted(
                            scenario,
                            contender,
                            number(rate.median()),
                            number(rate.min()),
                            number(rate.max()),
                            roles(Plots.medians(runs)),
                            roles(Plots.medians(runs, Run::allocatedBytesPerRecord)),
                            roles(megabytes(runs))));
        }));
        return table.toString();
    }

    private static Map<String, Double> megabytes(List<Run> runs) {
        Map<String, Double> most = new LinkedHashMap<>();
        runs.forEach(run -> run.peakRssBytes().forEach((role, bytes) -> most.merge(role, bytes / 1e6, Math::max)));
        return most;
    }

    private static String roles(Map<String, Double> figures) {
        return figures.entrySet().stream()
                .map(role -> role.getKey() + " " + number(role.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String number(double value) {
        return Svg.number(value);
    }
}
