package io.sluice.ingest.metrics;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts in buckets. One writer: whoever asked {@link PipelineMeters#histogram} for it records, from one thread; the
 * scrape reads. A record costs a short search and two plain stores.
 */
public final class Histogram {
    private final long[] bounds;

    // owned by: the recording thread
    private final AtomicLongArray counts;
    private final AtomicLong sum = new AtomicLong();

    Histogram(Metric metric) {
        this.bounds = metric.spec().bounds().stream().mapToLong(Long::longValue).toArray();
        this.counts = new AtomicLongArray(bounds.length + 1);
    }

    /** Records one value: nanoseconds for metrics in seconds, otherwise the metric's unit. Negative counts as 0. */
    public void record(long value) {
        record(value, 1);
    }

    /** Records the same value {@code times} over. */
    public void record(long value, long times) {
        long v = Math.max(0, value);
        int bucket = bucket(v);
        counts.lazySet(bucket, counts.getPlain(bucket) + times);
        sum.lazySet(sum.getPlain() + v * times);
    }

    private int bucket(long value) {
        int low = 0;
        int high = bounds.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (value <= bounds[middle]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Adds the counts to {@code into}, one more than there are bounds. Any thread. */
    void addTo(long[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] += counts.get(i);
        }
    }

    long sum() {
        return sum.get();
    }
}
