package io.sluice.ingest.metrics;

import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All metrics of the process and their scrape. Any thread.
 *
 * <p>Our own series are not meters of the registry: one collector reads their suppliers at scrape time. So nothing is
 * looked up per record, what is gone leaves no trace, and removing a pipeline is removing one object. The registry
 * carries what Micrometer measures itself: JVM and process.
 */
public final class Meters implements AutoCloseable {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    /** Names that Prometheus' own linter objects to; other series say the same. */
    private static final Set<String> LEFT_OUT = Set.of("process.cpu.time", "system.cpu.count");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Collection<PipelineMeters> all = ConcurrentHashMap.newKeySet();
    private final PipelineMeters process = new PipelineMeters(this, List.of());

    /** @param version of the gateway, for {@link Metric#BUILD_INFO} */
    public Meters(String version) {
        registry.config().meterFilter(MeterFilter.deny(id -> LEFT_OUT.contains(id.getName())));
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
        all.add(process);
        process.gauge(Metric.BUILD_INFO, () -> 1, version, Runtime.version().toString());
        registry.getPrometheusRegistry().register((MultiCollector) this::collect);
    }

    /** A new, empty set of series for a pipeline. Two sets of one name, as in a reload, are joined. */
    public PipelineMeters forPipeline(String name) {
        PipelineMeters meters = new PipelineMeters(this, List.of(name));
        all.add(meters);
        return meters;
    }

    /** Series that belong to no pipeline. */
    public PipelineMeters process() {
        return process;
    }

    /** Everything there is now, as OpenMetrics if the {@code Accept} header asks for it, else as Prometheus text. */
    public Scrape scrape(@Nullable String accept) {
        boolean open = accept != null && accept.toLowerCase(Locale.ROOT).contains("application/openmetrics-text");
        String type = open ? OPEN_METRICS : TEXT;
        return new Scrape(type, registry.scrape(type));
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }

    void remove(PipelineMeters meters) {
        all.remove(meters);
    }

    private MetricSnapshots collect() {
        Samples samples = new Samples();
        for (PipelineMeters meters : all) {
            meters.collect(samples);
        }
        return samples.snapshots();
    }
}
