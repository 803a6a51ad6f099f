package io.sluice.ingest.metrics;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The reference page {@code docs/METRICS.md}, made from the catalogue. */
public final class MetricsPage {
    private static final String HEAD = """
            # Metrics

            Made from the catalogue `io.sluice.ingest.metrics.Metric`; a test compares the two. Served at `/metrics` of the
            admin address, as Prometheus text or OpenMetrics. Names and labels are API.

            Lanes of a pipeline are joined: their values are added, or the largest is taken where it says *largest*. Label values
            are names from the configuration, topics, partitions, targets, or codes from short lists; never keys, record
            contents or error texts. Series of lost partitions and removed pipelines vanish from the next scrape.

            JVM and process metrics (`jvm_*`, `process_*`, `system_*`) are Micrometer's, with its names.

            | metric | kind | unit | labels | what it says | when it looks odd |
            |---|---|---|---|---|---|
            """;

    private MetricsPage() {}

    /** The page, Markdown. */
    public static String text() {
        StringBuilder page = new StringBuilder(HEAD);
        for (Metric metric : Metric.values()) {
            page.append("| `").append(metric.exposedName()).append("` | ");
            page.append(metric.kind().name().toLowerCase(Locale.ROOT));
            page.append(metric.spec().max() ? ", largest | " : " | ");
            page.append(metric.unit().isEmpty() ? "-" : metric.unit()).append(" | ");
            page.append(code(metric.labelNames())).append(" | ");
            page.append(metric.help()).append(" | ");
            page.append(metric.remedy()).append(" |\n");
        }
        return page.toString();
    }

    private static String code(List<String> names) {
        return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(" "));
    }
}
