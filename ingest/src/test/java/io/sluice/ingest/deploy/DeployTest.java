package io.sluice.ingest.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.metrics.Kind;
import io.sluice.ingest.metrics.Meters;
import io.sluice.ingest.metrics.Metric;
import io.sluice.ingest.metrics.PipelineMeters;
import io.sluice.ingest.metrics.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DeployTest {
    private static final Path PROMETHEUS = Path.of("..", "deploy", "prometheus");
    private static final Pattern ALERT = Pattern.compile("(?m)^ +- alert: (\\w+)$");

    private final Dashboard dashboard = new Dashboard();

    @Test
    void everyMetricInTheDashboardIsInTheCatalogueOrOfTheJvm() throws IOException {
        assertKnown(String.join("\n", dashboard.expressions()));
    }

    @Test
    void everyMetricInTheAlertsIsInTheCatalogue() throws IOException {
        assertKnown(Files.readString(PROMETHEUS.resolve("alerts.yml")));
        assertKnown(Files.readString(PROMETHEUS.resolve("alerts_test.yml")));
    }

    @Test
    void everyMetricOfAPipelineIsOnTheDashboard() {
        Set<String> shown = new TreeSet<>(Dashboard.names(String.join("\n", dashboard.expressions())));
        // Told by other panels, or by the lag of Kafka itself.
        Set<Metric> elsewhere = Set.of(
                Metric.COMMITTED_OFFSET,
                Metric.KAFKA_FETCH_LAG_MAX,
                Metric.KAFKA_PRODUCER_ERRORS,
                Metric.SERIES_OMITTED);
        for (Metric metric : Metric.values()) {
            if (!elsewhere.contains(metric) && metric != Metric.CONFIG_RELOADS) {
                String name = metric.exposedName() + (metric.kind() == Kind.HISTOGRAM ? "_bucket" : "");
                assertThat(shown).contains(name);
            }
        }
    }

    @Test
    void everyPanelSaysWhatItShowsAndInWhichUnit() {
        assertThat(dashboard.panels()).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.get("title").asString()).isNotBlank();
            assertThat(panel.get("description").asString())
                    .as(panel.get("title").asString())
                    .endsWith(".");
            assertThat(panel.get("targets").size()).isPositive();
            if (Set.of("stat", "timeseries").contains(panel.get("type").asString())) {
                assertThat(panel.get("fieldConfig").get("defaults").get("unit").asString())
                        .isNotBlank();
            }
        });
    }

    @Test
    void panelsDoNotOverlapAndHaveTheirOwnIds() {
        List<Integer> ids = dashboard
                .root()
                .get("panels")
                .valueStream()
                .map(p -> p.get("id").asInt())
                .toList();
        assertThat(ids).doesNotHaveDuplicates();
        Set<String> taken = new TreeSet<>();
        dashboard.root().get("panels").forEach(panel -> {
            var at = panel.get("gridPos");
            int right = at.get("x").asInt() + at.get("w").asInt();
            assertThat(right).isLessThanOrEqualTo(24);
            for (int x = at.get("x").asInt(); x < right; x++) {
                for (int y = at.get("y").asInt();
                        y < at.get("y").asInt() + at.get("h").asInt();
                        y++) {
                    assertThat(taken.add(x + "," + y))
                            .as(panel.get("title").asString())
                            .isTrue();
                }
            }
        });
    }

    @Test
    void everyAlertHasATestThatFiresAndOneThatDoesNot() throws IOException {
        String tests = Files.readString(PROMETHEUS.resolve("alerts_test.yml"));
        List<String> alerts = ALERT.matcher(Files.readString(PROMETHEUS.resolve("alerts.yml")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(alerts).hasSizeGreaterThanOrEqualTo(10);
        for (String alert : alerts) {
            assertThat(tests).contains("name: " + alert + " fires\n", "name: " + alert + " does not fire\n");
        }
    }

    @Test
    void everyAlertHasASummaryADescriptionAndARunbook() throws IOException {
        String[] alerts = Files.readString(PROMETHEUS.resolve("alerts.yml")).split(" - alert: ");
        for (String alert : Arrays.copyOfRange(alerts, 1, alerts.length)) {
            assertThat(alert)
                    .contains("severity: ", "summary: ", "description: ")
                    .containsPattern("runbook: \"docs/OPERATIONS\\.md#[a-z-]+\"");
        }
    }

    @Test
    void promtoolAcceptsTheRulesAndTheirTestsPass() throws Exception {
        Promtool.require("promtool");
        assertOk(Promtool.run(PROMETHEUS, "", "check", "config", "prometheus.yml"));
        assertOk(Promtool.run(PROMETHEUS, "", "check", "rules", "alerts.yml"));
        assertOk(Promtool.run(PROMETHEUS, "", "test", "rules", "alerts_test.yml"));
    }

    @Test
    void promtoolHasNothingToSayAboutTheMetrics() throws Exception {
        Promtool.require("promtool");
        try (Meters meters = new Meters("1.2.3")) {
            register(meters);
            String text = meters.scrape(null).text();
            for (Metric metric : Metric.values()) {
                assertThat(text).contains("# TYPE " + metric.exposedName() + " ");
            }
            Promtool.Result result = Promtool.run(PROMETHEUS, text, "check", "metrics");
            assertThat(result.output()).isEmpty();
            assertThat(result.exit()).isZero();
        }
    }

    private static void register(Meters meters) {
        PipelineMeters pipeline = meters.forPipeline("quakes");
        for (Metric metric : Metric.values()) {
            PipelineMeters scope = metric.labelNames().contains("pipeline") ? pipeline : meters.process();
            int labels = metric.labelNames().size() - (scope == pipeline ? 1 : 0);
            List<String> values = Collections.nCopies(labels, "x");
            switch (metric.kind()) {
                case HISTOGRAM -> scope.histogram(metric).record(5);
                case COUNTER, GAUGE -> {
                    if (scope == pipeline) {
                        scope.rows(metric, () -> List.of(new Row(1, values)));
                    } else if (metric.kind() == Kind.COUNTER) {
                        scope.counter(metric, () -> 1, values.toArray(new String[0]));
                    } else if (metric != Metric.BUILD_INFO) { // that one is there already
                        scope.gauge(metric, () -> 1, values.toArray(new String[0]));
                    }
                }
            }
        }
    }

    private static void assertKnown(String expressions) throws IOException {
        Set<String> known = Arrays.stream(Metric.values())
                .flatMap(m -> m.kind() == Kind.HISTOGRAM
                        ? List.of("_bucket", "_sum", "_count").stream().map(suffix -> m.exposedName() + suffix)
                        : List.of(m.exposedName()).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        try (Meters meters = new Meters("1.2.3")) {
            meters.scrape(null)
                    .text()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> known.add(line.split("[{ ]")[0]));
        }
        // Appears with the first collection.
        known.add("jvm_gc_pause_seconds_sum");
        assertThat(Dashboard.names(expressions)).isNotEmpty().isSubsetOf(known);
    }

    private static void assertOk(Promtool.Result result) {
        assertThat(result.exit()).as(result.output()).isZero();
    }
}
