package io.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
    private static final Origin ORIGIN = new Origin("./sluice bench", "abc", Map.of("cpus", 2));

    @Test
    void aRatioIsThatOfTheMediansAndItsRangeThatOfTheRounds() {
        Outcome outcome = new Outcome(List.of(
                round("bare", 1, 1.0),
                round("sluice-none", 1, 2.0),
                round("bare", 2, 1.0),
                round("sluice-none", 2, 4.0),
                round("bare", 3, 2.0),
                round("sluice-none", 3, 2.0)));

        Spread ratio = outcome.rateRatio("sluice-none", "bare");

        assertThat(ratio.median()).isCloseTo(0.5, within(1e-9));
        assertThat(ratio.min()).isCloseTo(0.25, within(1e-9));
        assertThat(ratio.max()).isCloseTo(1.0, within(1e-9));
    }

    @Test
    void aContenderWithoutRoundsIsAnError() {
        assertThatThrownBy(() -> new Outcome(List.of(round("bare", 1, 1))).rateRatio("sluice-none", "bare"))
                .hasMessageContaining("sluice-none");
    }

    @Test
    void theJsonHasRunsRatiosWhatIsMissingAndWhereItComesFrom() {
        JsonNode json = new JsonMapper().readTree(report().json());

        assertThat(report().json()).doesNotContain("\n");
        assertThat(json.get("command").asString()).isEqualTo("./sluice bench");
        assertThat(json.get("commit").asString()).isEqualTo("abc");
        assertThat(json.get("machine").get("cpus").asInt()).isEqualTo(2);
        assertThat(json.get("ratios").get("none_100B").asDouble()).isEqualTo(0.5);
        assertThat(json.get("ratio_ranges").get("none_100B").get(1).asDouble()).isEqualTo(0.7);
        assertThat(json.get("values").get("added_ms").asDouble()).isEqualTo(0.1235);
        assertThat(json.get("skipped").get(0).get("why").asString()).isEqualTo("not installed");
        JsonNode run = json.get("runs").get(0);
        assertThat(run.get("records_per_second").asDouble()).isEqualTo(500);
        assertThat(run.get("cpu_us_per_record").get("gateway").asDouble()).isEqualTo(3);
        assertThat(run.get("allocated_bytes_per_record").get("gateway").asDouble())
                .isEqualTo(20);
        assertThat(run.get("peak_rss_bytes").get("gateway").asLong()).isEqualTo(7_000_000);
    }

    @Test
    void whatWasWrittenIsReadAgain(@TempDir Path folder) throws Exception {
        report().write(folder.resolve("result.json"));

        assertThat(Report.read(folder.resolve("result.json"))).isEqualTo(report());
    }

    @Test
    void reportsOfSeveralSuitesBecomeOne() {
        Results other = new Results();
        other.ratio("hot_key", new Spread(0.9, 0.8, 1));

        Report all = Report.merged(ORIGIN, List.of(report(), other.report(ORIGIN)));

        assertThat(all.ratios()).containsOnlyKeys("none_100B", "hot_key");
        assertThat(all.runs()).hasSize(1);
    }

    @Test
    void thePageHoldsPlotsTablesAndWhatIsMissing(@TempDir Path folder) throws Exception {
        ReportPage.write(folder, report());

        String page = Files.readString(folder.resolve("index.html"));
        assertThat(page).contains("<svg", "<td>sluice-none</td>", "<code>none_100B</code>", "not installed");
        assertThat(page).doesNotContain("src=", "href=");
        assertThat(folder.resolve("limit-100B-rate.svg")).isNotEmptyFile();
        assertThat(folder.resolve("limit-100B-cpu.svg")).isNotEmptyFile();
        assertThat(folder.resolve("latency-append_to_handler.svg")).exists();
    }

    @Test
    void aTimeWithoutRecordsHasNoFiguresForEach() {
        Run run = Run.of(new Round("idle", "x", "sluice", 1, 0, 30, Map.of("gateway", 0.6), Map.of(), Map.of()));

        assertThat(run.recordsPerSecond()).isZero();
        assertThat(run.cpuUsPerRecord()).isEmpty();
        assertThat(run.cpuSeconds()).containsEntry("gateway", 0.6);
    }

    private static Report report() {
        Results results = new Results();
        results.add(List.of(round("sluice-none", 1, 2.0)));
        results.ratio("none_100B", new Spread(0.5, 0.4, 0.7));
        results.value("added_ms", 0.123456);
        results.skip("kafka-python", "not installed");
        results.curve(new Curve(
                "latency",
                "append_to_handler",
                "bare",
                "percentile",
                "ms",
                List.of(new Curve.Point(50, 0.4), new Curve.Point(99, 2.5))));
        return results.report(ORIGIN);
    }

    static Round round(String contender, int round, double seconds) {
        Map<String, Double> cpu = new HashMap<>(Map.of("gateway", 0.003));
        return new Round(
                "limit",
                "100B",
                contender,
                round,
                1_000,
                seconds,
                cpu,
                Map.of("gateway", 20_000L),
                Map.of("gateway", 7_000_000L));
    }
}
