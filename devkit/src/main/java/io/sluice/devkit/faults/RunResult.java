package io.sluice.devkit.faults;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run.
 *
 * @param wanted records to be fed at least
 * @param records records whose write the broker has confirmed
 * @param lost records of which the broker has confirmed the write and nobody knows an outcome
 * @param orderViolations records of a key that were handled out of order or at the same time
 * @param unjustifiedDuplicates records that came again without a cause
 * @param justifiedDuplicates records that came again because of a disruption
 * @param duplicatesBound the most of those that promise P4 allows for this run's disruptions
 * @param commitViolations commits that passed a record without an outcome, went back, or were made by one who had lost the partition
 * @param violations of all rules of the oracle, by rule; those that hold are not in it
 * @param worstLagRecords most records that were written and had no outcome yet
 * @param worstLagMs longest time from a record's write to its outcome
 * @param rssBytes largest resident memory of a gateway
 * @param elapsedMs of the whole run
 * @param figures this row's own
 * @param failure why the run was not ended, or which rules were broken and how; null if all is well
 */
record RunResult(
        Row row,
        long seed,
        long wanted,
        long records,
        long lost,
        long orderViolations,
        long unjustifiedDuplicates,
        long justifiedDuplicates,
        long duplicatesBound,
        long commitViolations,
        Map<String, Long> violations,
        long worstLagRecords,
        long worstLagMs,
        long rssBytes,
        long elapsedMs,
        Map<String, Object> figures,
        @Nullable String failure) {

    /** Whether every rule held. Speed is reported, not judged. */
    boolean good() {
        return failure == null
                && lost == 0
                && orderViolations == 0
                && unjustifiedDuplicates == 0
                && commitViolations == 0
                && violations.isEmpty()
                && justifiedDuplicates <= duplicatesBound;
    }

    /** How to do the same again. */
    String replay() {
        return "./sluice faults --rows %s --records %d --seed %d --keep".formatted(row.id(), wanted, seed);
    }

    /** For JSON. The names are API. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("row", row.id());
        fields.put("title", row.title());
        fields.put("seed", seed);
        fields.put("records", records);
        fields.put("records_wanted", wanted);
        fields.put("good", good());
        fields.put("lost", lost);
        fields.put("order_violations", orderViolations);
        fields.put("unjustified_duplicates", unjustifiedDuplicates);
        fields.put("justified_duplicates", justifiedDuplicates);
        fields.put("duplicates_bound", duplicatesBound);
        fields.put("commit_violations", commitViolations);
        fields.put("violations", violations);
        fields.put("worst_lag_records", worstLagRecords);
        fields.put("worst_lag_ms", worstLagMs);
        fields.put("takeover_ms", figures.get("takeover_ms"));
        fields.put("detection_ms", figures.get("detection_ms"));
        fields.put("rss_bytes", rssBytes);
        fields.put("elapsed_ms", elapsedMs);
        figures.forEach(fields::putIfAbsent);
        fields.put("failure", failure);
        return fields;
    }
}
