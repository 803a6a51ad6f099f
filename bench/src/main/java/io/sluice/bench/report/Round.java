package io.sluice.bench.report;

import java.util.Map;

/**
 * What was measured of one contender in one round.
 *
 * @param scenario what is done, as {@code 100B}; contenders of one scenario are compared
 * @param round from 1; warm-up is left out
 * @param records handled; 0 if a time was measured in which there were none
 * @param seconds from the word to go until the last one was handled
 * @param cpuSeconds user and system time, by role of the process, the broker's too
 * @param allocatedBytes on the heap, by role, JVMs only
 * @param peakRssBytes most resident memory up to then, by role
 */
public record Round(
        String suite,
        String scenario,
        String contender,
        int round,
        long records,
        double seconds,
        Map<String, Double> cpuSeconds,
        Map<String, Long> allocatedBytes,
        Map<String, Long> peakRssBytes) {

    /** Records per second. */
    public double rate() {
        return records / seconds;
    }

    /** The same, as if it had been over after so many seconds: its records were handled, its commits not answered. What processes used is that of both. */
    public Round unsettled(double handledSeconds) {
        String name = contender + "-unsettled";
        return new Round(
                suite, scenario, name, round, records, handledSeconds, cpuSeconds, allocatedBytes, peakRssBytes);
    }

    /** Microseconds of processor time for a record, of the processes with a role; 0 if there is none. */
    public double cpuMicros(String role) {
        return cpuSeconds.getOrDefault(role, 0.0) * 1e6 / records;
    }

    /** Bytes allocated for a record by the processes with a role; 0 if there is none. */
    public double allocated(String role) {
        return (double) allocatedBytes.getOrDefault(role, 0L) / records;
    }
}
