package io.sluice.devkit.faults;

import java.util.ArrayList;
import java.util.List;

/** What a run looked like over time: samples and the faults' marks. Thread-safe. */
final class Timeline {
    /**
     * One look at a run.
     *
     * @param atMs since the run began
     * @param produced records the broker has confirmed, so far
     * @param settled distinct records processors have settled, so far
     * @param lag records in the topic that are not committed; -1 if the broker did not say
     */
    record Sample(long atMs, long produced, long settled, long lag) {}

    /** Something that was done to the run. */
    record Mark(long atMs, String label) {}

    private final long startNs = System.nanoTime();
    private final List<Sample> samples = new ArrayList<>(); // guarded by this
    private final List<Mark> marks = new ArrayList<>(); // guarded by this

    long nowMs() {
        return (System.nanoTime() - startNs) / 1_000_000;
    }

    synchronized void sample(long produced, long settled, long lag) {
        samples.add(new Sample(nowMs(), produced, settled, lag));
    }

    synchronized void mark(String label) {
        marks.add(new Mark(nowMs(), label));
    }

    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    synchronized List<Mark> marks() {
        return List.copyOf(marks);
    }

    /** Most records that were not committed at any look. */
    synchronized long worstLag() {
        return samples.stream().mapToLong(Sample::lag).max().orElse(0);
    }
}
