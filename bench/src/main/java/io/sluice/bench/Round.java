package io.sluice.bench;

import java.util.Map;

/**
 * What was measured of one contender in one round.
 *
 * @param scenario what is done, as {@code none_100B}; contenders of one scenario are compared
 * @param round from 1; warm-up is left out
 * @param records handled
 * @param seconds from the word to go until the last one was handled
 * @param cpuSeconds user and system time, by role of the process, the broker's too
 * @param allocatedBytes on the heap, by role, JVMs only
 * @param peakRssBytes most resident memory up to then, by role
 */
record Round(
        String suite,
        String scenario,
        String contender,
        int round,
        long records,
        double seconds,
        Map<String, Double> cpuSeconds,
        Map<String, Long> allocatedBytes,
        Map<String, Long> peakRssBytes) {

    double rate() {
        return records / seconds;
    }

    /** Microseconds of processor time for a record. */
    double cpuMicros(String role) {
        return cpuSeconds.getOrDefault(role, 0.0) * 1e6 / records;
    }
}
