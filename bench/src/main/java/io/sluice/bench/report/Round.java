package io.sluice.bench.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

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

    /** Microseconds of processor time for a record, of the processes with a role; 0 if there is none. */
    public double cpuMicros(String role) {
        return cpuSeconds.getOrDefault(role, 0.0) * 1e6 / records;
    }

    /** Bytes allocated for a record by the processes with a role; 0 if there is none. */
    public double allocated(String role) {
        return (double) allocatedBytes.getOrDefault(role, 0L) / records;
    }

    /** As in {@code runs[]} of the JSON result. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("suite", suite);
        fields.put("scenario", scenario);
        fields.put("contender", contender);
        fields.put("round", round);
        fields.put("records", records);
        fields.put("seconds", Figures.rounded(seconds));
        Map<String, Double> cpu = new TreeMap<>();
        if (records == 0) {
            cpuSeconds.forEach((role, used) -> cpu.put(role, Figures.rounded(used)));
            fields.put("cpu_seconds", cpu);
        } else {
            fields.put("records_per_second", Math.round(rate()));
            cpuSeconds.keySet().forEach(role -> cpu.put(role, Figures.rounded(cpuMicros(role))));
            fields.put("cpu_us_per_record", cpu);
            Map<String, Double> allocated = new TreeMap<>();
            allocatedBytes.keySet().forEach(role -> allocated.put(role, Figures.rounded(allocated(role))));
            fields.put("allocated_bytes_per_record", allocated);
        }
        fields.put("peak_rss_bytes", new TreeMap<>(peakRssBytes));
        return fields;
    }
}
