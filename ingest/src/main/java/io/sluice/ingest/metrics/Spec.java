package io.sluice.ingest.metrics;

import java.util.List;

/**
 * Shape of a metric.
 *
 * @param name as exposed
 * @param unit of exposed values; {@code ""}: a number without a unit
 * @param max whether series of several lanes are joined by maximum; otherwise they are added
 * @param process whether it belongs to the process and not to a pipeline
 * @param labels names, without {@code pipeline}
 * @param bounds upper bounds of buckets, in the recorded unit
 * @param divisor recorded value divided by this is the exposed value
 */
record Spec(
        String name,
        Kind kind,
        String unit,
        boolean max,
        boolean process,
        List<String> labels,
        List<Long> bounds,
        double divisor) {

    private static final long US = 1_000;
    private static final long MS = 1_000_000;
    private static final long S = 1_000_000_000;

    /** 100 us to 60 s. */
    private static final List<Long> LATENCY_NS = List.of(
            100 * US,
            250 * US,
            500 * US,
            MS,
            2 * MS + 500 * US,
            5 * MS,
            10 * MS,
            25 * MS,
            50 * MS,
            100 * MS,
            250 * MS,
            500 * MS,
            S,
            2 * S + 500 * MS,
            5 * S,
            10 * S,
            30 * S,
            60 * S);

    /** 1 ms to 6 h: includes retries and backlogs. */
    private static final List<Long> AGE_NS = List.of(
            MS, 5 * MS, 10 * MS, 25 * MS, 50 * MS, 100 * MS, 250 * MS, 500 * MS, S, 5 * S, 10 * S, 30 * S, 60 * S,
            300 * S, 1800 * S, 3600 * S, 21600 * S);

    private static final List<Long> SIZES =
            List.of(1L, 2L, 5L, 10L, 25L, 50L, 100L, 250L, 500L, 1000L, 2500L, 5000L, 10000L);

    static Spec counter(String name) {
        return counter(name, "");
    }

    static Spec counter(String name, String unit) {
        return new Spec("sluice_" + name + "_total", Kind.COUNTER, unit, false, false, List.of(), List.of(), 1);
    }

    static Spec gauge(String name, String unit) {
        return new Spec("sluice_" + name, Kind.GAUGE, unit, false, false, List.of(), List.of(), 1);
    }

    /** Time from sending to settlement, recorded in nanoseconds. */
    static Spec latency(String name) {
        return histogram(name, "seconds", LATENCY_NS, 1e9);
    }

    /** Age of a record, recorded in nanoseconds. */
    static Spec age(String name) {
        return histogram(name, "seconds", AGE_NS, 1e9);
    }

    static Spec sizes(String name, String unit) {
        return histogram(name, unit, SIZES, 1);
    }

    private static Spec histogram(String name, String unit, List<Long> bounds, double divisor) {
        return new Spec("sluice_" + name, Kind.HISTOGRAM, unit, false, false, List.of(), bounds, divisor);
    }

    /** Labels besides {@code pipeline}. */
    Spec by(String... names) {
        return new Spec(name, kind, unit, max, process, List.of(names), bounds, divisor);
    }

    /** The largest of the lanes' values instead of their sum. */
    Spec largest() {
        return new Spec(name, kind, unit, true, process, labels, bounds, divisor);
    }

    /** Of the process, not of a pipeline. */
    Spec ofProcess() {
        return new Spec(name, kind, unit, max, true, labels, bounds, divisor);
    }
}
