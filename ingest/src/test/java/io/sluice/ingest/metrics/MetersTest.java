package io.sluice.ingest.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.ingest.Footprint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetersTest {
    private final Meters meters = new Meters("1.2.3");

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void aCounterShowsWhatItsFieldHoldsAtTheScrape() {
        long[] polled = {7};
        meters.forPipeline("quakes").counter(Metric.RECORDS_POLLED, () -> polled[0]);

        assertThat(lines()).contains("sluice_records_polled_total{pipeline=\"quakes\"} 7.0");
        polled[0] = 8;
        assertThat(lines()).contains("sluice_records_polled_total{pipeline=\"quakes\"} 8.0");
    }

    @Test
    void lanesAreAddedOrTheirMaximumIsTaken() {
        PipelineMeters quakes = meters.forPipeline("quakes");
        for (double lane : new double[] {0.25, 0.75, 0.5}) {
            quakes.counter(Metric.RECORDS_SETTLED, () -> (long) (lane * 100), "ack");
            quakes.gauge(Metric.RING_FILL, () -> lane, "record");
        }

        assertThat(lines())
                .contains(
                        "sluice_records_settled_total{outcome=\"ack\",pipeline=\"quakes\"} 150.0",
                        "sluice_ring_fill_ratio{pipeline=\"quakes\",ring=\"record\"} 0.75");
    }

    @Test
    void seriesOfALostPartitionVanish() {
        List<Row> rows = new ArrayList<>(List.of(Row.of(3, "quakes", "0"), Row.of(4, "quakes", "1")));
        meters.forPipeline("q").rows(Metric.PARTITION_LAG_RECORDS, () -> List.copyOf(rows));
        assertThat(scrape()).contains("partition=\"0\"", "partition=\"1\"");

        rows.remove(1);

        assertThat(scrape()).contains("partition=\"0\"").doesNotContain("partition=\"1\"");
    }

    @Test
    void oneOfShowsAZeroForEveryCodeThatDoesNotHold() {
        AtomicReference<String> state = new AtomicReference<>("running");
        meters.forPipeline("q").oneOf(Metric.PIPELINE_STATE, List.of("running", "failed"), state::get);
        assertThat(lines()).contains("sluice_pipeline_state{pipeline=\"q\",state=\"running\"} 1.0");

        state.set("failed");

        assertThat(lines())
                .contains(
                        "sluice_pipeline_state{pipeline=\"q\",state=\"running\"} 0.0",
                        "sluice_pipeline_state{pipeline=\"q\",state=\"failed\"} 1.0");
    }

    @Test
    void aHistogramRecordedInNanosecondsIsShownInSeconds() {
        PipelineMeters q = meters.forPipeline("q");
        Histogram lane0 = q.histogram(Metric.PROCESSOR_LATENCY);
        Histogram lane1 = q.histogram(Metric.PROCESSOR_LATENCY);
        lane0.record(1_000_000);
        lane1.record(1_000_001, 3);
        lane1.record(-5);
        lane1.record(3_600_000_000_000L);

        assertThat(lines())
                .contains(
                        "sluice_processor_latency_seconds_bucket{pipeline=\"q\",le=\"1.0E-4\"} 1",
                        "sluice_processor_latency_seconds_bucket{pipeline=\"q\",le=\"0.001\"} 2",
                        "sluice_processor_latency_seconds_bucket{pipeline=\"q\",le=\"0.0025\"} 5",
                        "sluice_processor_latency_seconds_bucket{pipeline=\"q\",le=\"60.0\"} 5",
                        "sluice_processor_latency_seconds_bucket{pipeline=\"q\",le=\"+Inf\"} 6",
                        "sluice_processor_latency_seconds_count{pipeline=\"q\"} 6");
    }

    @Test
    void aSupplierThatThrowsOrKnowsNothingCostsOnlyItsOwnSeries() {
        PipelineMeters q = meters.forPipeline("q");
        q.counter(Metric.COMMITS, () -> {
            throw new IllegalStateException("closed");
        });
        q.gauge(Metric.KAFKA_FETCH_LATENCY, () -> Double.NaN);
        q.rows(Metric.PARTITION_LAG_SECONDS, () -> List.of(Row.of(1, "one label too few")));
        q.counter(Metric.STREAM_UPS, () -> 1);

        assertThat(scrape())
                .contains("sluice_stream_ups_total{pipeline=\"q\"} 1.0")
                .doesNotContain("sluice_commits", "sluice_kafka_fetch_latency", "sluice_partition_lag_seconds");
    }

    @Test
    void aThousandPipelinesComeAndGoWithoutALeak() {
        // As in micrometer-metrics/micrometer#1743.
        Footprint before = Footprint.of(meters);
        String scrapeBefore = ours(scrape());
        for (int i = 0; i < 1_000; i++) {
            try (PipelineMeters p = meters.forPipeline("p" + i)) {
                p.counter(Metric.RECORDS_POLLED, () -> 1);
                p.histogram(Metric.BATCH_SIZE).record(5);
                p.rows(Metric.PARTITION_LAG_RECORDS, () -> List.of(Row.of(1, "t", "0")));
                if (i % 100 == 0) {
                    assertThat(scrape()).contains("pipeline=\"p" + i + "\"");
                }
            }
        }

        assertThat(Footprint.of(meters)).isEqualTo(before);
        assertThat(ours(scrape())).isEqualTo(scrapeBefore);
    }

    @Test
    void rowsBeyondTheLimitAreLeftOutAndCounted() {
        List<Row> rows = IntStream.range(0, Samples.MAX_ROWS + 5)
                .mapToObj(i -> Row.of(i, "t", Integer.toString(i)))
                .toList();
        meters.forPipeline("q").rows(Metric.PARTITION_LAG_RECORDS, () -> rows);

        String text = scrape();

        assertThat(text.lines().filter(l -> l.startsWith("sluice_partition_lag_records{")))
                .hasSize(Samples.MAX_ROWS);
        assertThat(text).contains("sluice_series_omitted{pipeline=\"q\"} 5.0");
    }

    @Test
    void figuresOfAKafkaClientAreShownInBaseUnits() {
        meters.forPipeline("q")
                .kafkaConsumer(figure -> figure == KafkaClientMetric.FETCH_LATENCY_AVG ? 250 : Double.NaN);

        assertThat(lines()).contains("sluice_kafka_fetch_latency_average_seconds{pipeline=\"q\"} 0.25");
        assertThat(scrape()).doesNotContain("sluice_kafka_connections");
    }

    @Test
    void labelsOfAnOddNameAreEscaped() {
        meters.forPipeline("a\"b\\c\nd").counter(Metric.COMMITS, () -> 1);

        assertThat(lines()).contains("sluice_commits_total{pipeline=\"a\\\"b\\\\c\\nd\"} 1.0");
    }

    @Test
    void aWrongRegistrationIsRefusedAtOnce() {
        PipelineMeters q = meters.forPipeline("q");
        assertThatThrownBy(() -> q.counter(Metric.RECORDS_SETTLED, () -> 1))
                .hasMessage("RECORDS_SETTLED has labels [outcome], given: []");
        assertThatThrownBy(() -> q.gauge(Metric.COMMITS, () -> 1)).hasMessage("COMMITS is a COUNTER, not a GAUGE");
        assertThatThrownBy(() -> q.gauge(Metric.BUILD_INFO, () -> 1, "a", "b"))
                .hasMessage("BUILD_INFO belongs to the process");
        assertThatThrownBy(() -> meters.process().counter(Metric.COMMITS, () -> 1))
                .hasMessage("COMMITS belongs to a pipeline");
        assertThatThrownBy(() -> q.rows(Metric.BATCH_SIZE, List::of)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theFormatFollowsTheAcceptHeader() {
        meters.forPipeline("q").counter(Metric.COMMITS, () -> 1);

        Scrape open = meters.scrape("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

        assertThat(open.contentType()).startsWith("application/openmetrics-text");
        assertThat(open.text()).contains("# TYPE sluice_commits counter").endsWith("# EOF\n");
        for (String accept : new String[] {null, "*/*", "text/html", "application/vnd.google.protobuf"}) {
            Scrape text = meters.scrape(accept);
            assertThat(text.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
            assertThat(text.text()).contains("# TYPE sluice_commits_total counter");
        }
    }

    @Test
    void processAndJvmAreThere() {
        assertThat(scrape())
                .contains("sluice_build_info{java=", "version=\"1.2.3\"} 1.0")
                .contains("jvm_memory_used_bytes", "jvm_threads_live_threads", "process_cpu_usage", "jvm_gc_");
    }

    private List<String> lines() {
        return scrape().lines().toList();
    }

    private String scrape() {
        return meters.scrape(null).text();
    }

    private static String ours(String text) {
        return String.join(
                "\n", text.lines().filter(l -> l.startsWith("sluice_")).toList());
    }
}
