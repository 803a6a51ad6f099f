package io.sluice.devkit.demo;

import java.util.SortedMap;

/**
 * What the journal of the processor, the dead-letter topic and the group's offsets say together.
 *
 * @param acked records with an ACK
 * @param deadLettered records in the dead-letter topic
 * @param deadLetters records in the dead-letter topic by code
 * @param lag records between committed and end
 * @param orderViolations times a record was processed before an earlier one of its key or partition was done
 * @param lost records with neither an ACK nor a dead letter
 * @param duplicates outcomes beyond a record's first
 * @param retried RETRY verdicts
 */
record Findings(
        long produced,
        long acked,
        long deadLettered,
        SortedMap<String, Long> deadLetters,
        long lag,
        long orderViolations,
        long lost,
        long duplicates,
        long retried) {

    /** Whether everything Sluice promises was kept. */
    boolean good() {
        return lag == 0 && orderViolations == 0 && lost == 0 && duplicates == 0;
    }
}
