package io.sluice.bench.report;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * A {@link Round} as it is in {@code runs[]} of a result, rounded.
 *
 * @param cpuUsPerRecord microseconds of processor time, user and system, by role; empty if there were no records
 * @param allocatedBytesPerRecord on the heap, by role, JVMs only; empty if there were no records
 * @param cpuSeconds processor time, by role
 * @param peakRssBytes most resident memory up to then, by role
 */
public record Run(
        String suite,
        String scenario,
        String contender,
        int round,
        long records,
        double seconds,
        double recordsPerSecond,
        Map<String, Double> cpuUsPerRecord,
        Map<String, Double> allocatedBytesPerRecord,
        Map<String, Double> cpuSeconds,
        Map<String, Long> peakRssBytes) {

    static Run of(Round round) {
        return new Run(
                round.suite(),
                round.scenario(),
                round.contender(),
                round.round(),
                round.records(),
                Figures.rounded(round.seconds()),
                Math.round(round.rate()),
                perRecord(round, round.cpuSeconds(), round::cpuMicros),
                perRecord(round, round.allocatedBytes(), round::allocated),
                byRole(round.cpuSeconds(), role -> round.cpuSeconds().getOrDefault(role, 0.0)),
                new TreeMap<>(round.peakRssBytes()));
    }

    private static Map<String, Double> perRecord(Round round, Map<String, ?> roles, ToDoubleFunction<String> figure) {
        return round.records() == 0 ? Map.of() : byRole(roles, figure);
    }

    private static Map<String, Double> byRole(Map<String, ?> roles, ToDoubleFunction<String> figure) {
        Map<String, Double> figures = new TreeMap<>();
        roles.keySet().forEach(role -> figures.put(role, Figures.rounded(figure.applyAsDouble(role))));
        return figures;
    }
}
