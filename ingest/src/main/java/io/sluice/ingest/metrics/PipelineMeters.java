package io.sluice.ingest.metrics;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The series of one pipeline, from registration to {@link #close()}. Register from any thread; suppliers are called
 * by the scraping thread, must be quick and must not block. What several lanes register under the same labels is
 * joined into one series.
 *
 * <p>A supplier that throws, or gives {@code NaN}, leaves its series out of that scrape.
 */
public final class PipelineMeters implements AutoCloseable {
    private final Meters owner;
    private final List<String> scope;
    private final Collection<Source> sources = new CopyOnWriteArrayList<>();

    /** @param scope the pipeline's name, or nothing for the process */
    PipelineMeters(Meters owner, List<String> scope) {
        this.owner = owner;
        this.scope = scope;
    }

    /**
     * Exports a count that only grows.
     *
     * @param labels values in the order of {@link Metric#labelNames()}, without the pipeline
     * @throws IllegalArgumentException if the metric is no counter, or the labels are not as many as its names
     */
    public void counter(Metric metric, LongSupplier value, String... labels) {
        add(metric, Kind.COUNTER, labels, value::getAsLong);
    }

    /** Exports a level; otherwise as {@link #counter}. */
    public void gauge(Metric metric, DoubleSupplier value, String... labels) {
        add(metric, Kind.GAUGE, labels, value);
    }

    /** A new histogram for one recording thread; otherwise as {@link #counter}. */
    public Histogram histogram(Metric metric, String... labels) {
        List<String> values = checked(metric, Kind.HISTOGRAM, labels);
        Histogram histogram = new Histogram(metric);
        sources.add(into -> into.histogram(metric, values, histogram));
        return histogram;
    }

    /**
     * Exports series that come and go, such as those of partitions: each scrape shows the rows of that moment and
     * nothing else. For gauges, and counters whose owner may leave.
     */
    public void rows(Metric metric, Supplier<List<Row>> rows) {
        if (metric.kind() == Kind.HISTOGRAM) {
            throw new IllegalArgumentException(metric + " is a histogram: rows carry one value each");
        }
        sources.add(into -> into.rows(metric, scope, rows.get()));
    }

    /**
     * Exports which one of some codes holds: a series for each, 1 for the current one and 0 for the others.
     *
     * @param codes every label value there can be
     * @param current the one that holds; null or unknown: none
     */
    public void oneOf(Metric metric, List<String> codes, Supplier<@Nullable String> current) {
        rows(metric, () -> {
            String now = current.get();
            return codes.stream()
                    .map(code -> Row.of(code.equals(now) ? 1 : 0, code))
                    .toList();
        });
    }

    /** Exports the figures of a Kafka consumer; {@code client} gives the value for one, or {@code NaN}. */
    public void kafkaConsumer(ToDoubleFunction<KafkaClientMetric> client) {
        kafka(client, true);
    }

    /** Exports the figures of a Kafka producer; {@code client} gives the value for one, or {@code NaN}. */
    public void kafkaProducer(ToDoubleFunction<KafkaClientMetric> client) {
        kafka(client, false);
    }

    /** Takes every series of this pipeline out of the scrape. Idempotent. */
    @Override
    public void close() {
        sources.clear();
        owner.remove(this);
    }

    private void kafka(ToDoubleFunction<KafkaClientMetric> client, boolean consumer) {
        for (KafkaClientMetric figure : KafkaClientMetric.values()) {
            if (figure.ofConsumer() == consumer) {
                sources.add(into -> into.value(
                        figure.metric(),
                        checked(figure.metric(), figure.metric().kind()),
                        client.applyAsDouble(figure) * figure.scale()));
            }
        }
    }

    private void add(Metric metric, Kind kind, String[] labels, DoubleSupplier value) {
        List<String> values = checked(metric, kind, labels);
        sources.add(into -> into.value(metric, values, value.getAsDouble()));
    }

    /** The full label values, the pipeline's name first. */
    private List<String> checked(Metric metric, Kind kind, String... labels) {
        if (metric.kind() != kind) {
            throw new IllegalArgumentException(metric + " is a " + metric.kind() + ", not a " + kind);
        }
        if (metric.spec().process() != scope.isEmpty()) {
            throw new IllegalArgumentException(
                    metric + (scope.isEmpty() ? " belongs to a pipeline" : " belongs to the process"));
        }
        if (labels.length != metric.spec().labels().size()) {
            throw new IllegalArgumentException(
                    metric + " has labels " + metric.spec().labels() + ", given: " + List.of(labels));
        }
        return Stream.concat(scope.stream(), Stream.of(labels)).toList();
    }

    /** Adds what there is now to a scrape; what throws is left out. Scraping thread. */
    void collect(Samples into) {
        for (Source source : sources) {
            into.attempt(source);
        }
    }

    /** Something that gives series at scrape time. */
    interface Source {
        void collect(Samples into);
    }
}
