package io.sluice.ingest.metrics;

/** How a metric behaves. */
public enum Kind {
    /** Only grows, from 0 at start; its name ends in {@code _total}. */
    COUNTER,
    /** A level. */
    GAUGE,
    /** Counts in buckets, with sum and count. */
    HISTOGRAM
}
