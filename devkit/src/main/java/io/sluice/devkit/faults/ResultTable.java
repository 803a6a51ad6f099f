package io.sluice.devkit.faults;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Results for people, a line for each run. */
final class ResultTable {
    private static final String FORMAT = "%-12s %8s %9s %6s %6s %6s %12s %6s %9s %8s %7s %7s  %s";

    private ResultTable() {}

    static String head() {
        return FORMAT.formatted(
                "row",
                "seed",
                "records",
                "lost",
                "order",
                "unjust",
                "dups/bound",
                "commit",
                "lag",
                "lag ms",
                "RSS MiB",
                "s",
                "");
    }

    static String line(RunResult r) {
        return FORMAT.formatted(
                r.row().id(),
                r.seed(),
                r.records(),
                r.lost(),
                r.orderViolations(),
                r.unjustifiedDuplicates(),
                r.justifiedDuplicates() + "/" + r.duplicatesBound(),
                r.commitViolations(),
                r.worstLagRecords(),
                r.worstLagMs(),
                r.rssBytes() >> 20,
                "%.1f".formatted(r.elapsedMs() / 1000.0),
                r.good() ? own(r.figures()) : "NOT KEPT " + (r.failure() == null ? own(r.figures()) : r.failure()));
    }

    static String summary(List<RunResult> results, Path folder) {
        List<String> bad =
                results.stream().filter(r -> !r.good()).map(r -> r.row().id()).toList();
        return "%d of %d rows kept every rule%s; report: %s"
                .formatted(
                        results.size() - bad.size(),
                        results.size(),
                        bad.isEmpty() ? "" : ", not " + String.join(", ", bad),
                        folder.resolve("index.html"));
    }

    private static String own(Map<String, Object> figures) {
        return figures.entrySet().stream()
                .map(f -> f.getKey() + "=" + f.getValue())
                .collect(Collectors.joining(" "));
    }
}
