package io.sluice.ingest.metrics;

import java.util.List;

/** One series of {@link PipelineMeters#rows}: label values in the metric's order, without the pipeline. */
public record Row(double value, List<String> labels) {
    /** A row with these label values. */
    public static Row of(double value, String... labels) {
        return new Row(value, List.of(labels));
    }
}
