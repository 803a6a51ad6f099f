package io.sluice.devkit.demo;

import java.util.Map;

/**
 * How far a run is.
 *
 * @param elapsedMs since the first record was produced
 * @param expected records to be produced in all
 * @param committed sum of the group's committed offsets
 * @param lag records produced and not committed
 * @param inFlight records in the gateway; -1: not known
 * @param deadLetters records in the dead-letter topic
 * @param rejects REJECT verdicts so far, by code
 */
record Sample(
        long elapsedMs,
        long expected,
        long produced,
        long committed,
        long lag,
        long inFlight,
        long acked,
        long retried,
        long deadLetters,
        Map<String, Long> rejects) {

    /** Whether everything was produced and the group has committed the end of every partition. */
    boolean isFinished() {
        return produced == expected && lag == 0;
    }

    /** Committed records per second since the first was produced. */
    long recordsPerSecond() {
        return elapsedMs <= 0 ? 0 : committed * 1000 / elapsedMs;
    }

    /** A number that changes whenever anything moves. */
    long motion() {
        return produced + committed + acked + retried + deadLetters;
    }
}
