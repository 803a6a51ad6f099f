package io.sluice.ingest.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The series of one scrape, joined by labels. Scraping thread; used once. */
final class Samples {
    /** Rows a pipeline may show of one metric; a scrape of more helps nobody. */
    static final int MAX_ROWS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Samples.class);

    private static final class Cell {
        double value;
        long[] counts = {};
        double sum;
    }

    private final Map<Metric, Map<List<String>, Cell>> cells = new EnumMap<>(Metric.class);
    private final Map<List<String>, Integer> omitted = new HashMap<>();

    /** Runs a source; a failure costs its series only. */
    void attempt(PipelineMeters.Source source) {
        try {
            source.collect(this);
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("metric left out of this scrape");
        }
    }

    void value(Metric metric, List<String> labels, double value) {
        if (Double.isNaN(value) || (metric.kind() == Kind.COUNTER && value < 0)) {
            return;
        }
        Map<List<String>, Cell> series = series(metric);
        Cell cell = series.get(labels);
        if (cell == null) {
            cell = new Cell();
            cell.value = value;
            series.put(labels, cell);
        } else {
            cell.value = metric.spec().max() ? Math.max(cell.value, value) : cell.value + value;
        }
    }

    void rows(Metric metric, List<String> scope, List<Row> rows) {
        int shown = Math.min(rows.size(), MAX_ROWS);
        for (Row row : rows.subList(0, shown)) {
            if (row.labels().size() != metric.spec().labels().size()) {
                throw new IllegalArgumentException(
                        metric + " has labels " + metric.spec().labels() + ", given: " + row.labels());
            }
            value(metric, Stream.concat(scope.stream(), row.labels().stream()).toList(), row.value());
        }
        if (!scope.isEmpty()) {
            omitted.merge(scope, rows.size() - shown, Integer::sum);
        }
    }

    void histogram(Metric metric, List<String> labels, Histogram histogram) {
        Cell cell = series(metric).computeIfAbsent(labels, k -> new Cell());
        if (cell.counts.length == 0) {
            cell.counts = new long[metric.spec().bounds().size() + 1];
        }
        histogram.addTo(cell.counts);
        cell.sum += histogram.sum() / metric.spec().divisor();
    }

    MetricSnapshots snapshots() {
        omitted.forEach((scope, n) -> value(Metric.SERIES_OMITTED, scope, n));
        List<MetricSnapshot> snapshots = new ArrayList<>();
        cells.forEach((metric, series) -> snapshots.add(
                switch (metric.kind()) {
                    case COUNTER -> counter(metric, series);
                    case GAUGE -> gauge(metric, series);
                    case HISTOGRAM -> histogram(metric, series);
                }));
        return new MetricSnapshots(snapshots);
    }

    private Map<List<String>, Cell> series(Metric metric) {
        return cells.computeIfAbsent(metric, k -> new LinkedHashMap<>());
    }

    private static MetricSnapshot counter(Metric metric, Map<List<String>, Cell> series) {
        String name = metric.exposedName();
        CounterSnapshot.Builder snapshot = CounterSnapshot.builder()
                .name(name.substring(0, name.length() - "_total".length()))
                .help(metric.help());
        series.forEach((labels, cell) -> snapshot.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(Labels.of(metric.labelNames(), labels))
                .value(cell.value)
                .build()));
        return snapshot.build();
    }

    private static MetricSnapshot gauge(Metric metric, Map<List<String>, Cell> series) {
        GaugeSnapshot.Builder snapshot =
                GaugeSnapshot.builder().name(metric.exposedName()).help(metric.help());
        series.forEach((labels, cell) -> snapshot.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(Labels.of(metric.labelNames(), labels))
                .value(cell.value)
                .build()));
        return snapshot.build();
    }

    private static MetricSnapshot histogram(Metric metric, Map<List<String>, Cell> series) {
        List<Double> bounds = new ArrayList<>();
        metric.spec().bounds().forEach(bound -> bounds.add(bound / metric.spec().divisor()));
        bounds.add(Double.POSITIVE_INFINITY);
        HistogramSnapshot.Builder snapshot =
                HistogramSnapshot.builder().name(metric.exposedName()).help(metric.help());
        series.forEach((labels, cell) -> snapshot.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .labels(Labels.of(metric.labelNames(), labels))
                .classicHistogramBuckets(ClassicHistogramBuckets.of(
                        bounds, Arrays.stream(cell.counts).boxed().toList()))
                .sum(cell.sum)
                .build()));
        return snapshot.build();
    }
}
