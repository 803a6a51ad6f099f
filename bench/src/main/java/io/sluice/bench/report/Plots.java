package io.sluice.bench.report;

import io.sluice.bench.report.BarPlot.Bar;
import io.sluice.bench.report.BarPlot.Stack;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** The pictures of a result. */
final class Plots {
    private Plots() {}

    /** By name of file. */
    static Map<String, String> of(Report report) {
        Map<String, String> plots = new LinkedHashMap<>();
        Map<String, List<Run>> scenarios = new LinkedHashMap<>();
        Set<String> curved = new LinkedHashSet<>();
        report.curves().forEach(curve -> curved.add(curve.suite()));
        report.runs().stream()
                .filter(run -> run.records() > 0 && !curved.contains(run.suite()))
                .forEach(run -> scenarios
                        .computeIfAbsent(run.suite() + " " + run.scenario(), name -> new ArrayList<>())
                        .add(run));
        scenarios.forEach((name, runs) -> {
            String file = name.replace(' ', '-');
            plots.put(file + "-rate.svg", BarPlot.spreads(name, "records a second", rates(runs), "bare"));
            plots.put(
                    file + "-cpu.svg",
                    BarPlot.stacks(name + ": processor time", "µs of processor time for a record", cpu(runs)));
        });
        Map<String, List<Curve>> lines = new LinkedHashMap<>();
        report.curves().forEach(curve -> lines.computeIfAbsent(
                        curve.suite() + " " + curve.plot(), name -> new ArrayList<>())
                .add(curve));
        lines.forEach((name, curves) -> plots.put(
                name.replace(' ', '-') + ".svg",
                LinePlot.draw(name.replace(" ", ": ").replace('_', ' '), curves)));
        return plots;
    }

    private static List<Bar> rates(List<Run> runs) {
        List<Bar> bars = new ArrayList<>();
        for (Map.Entry<String, List<Run>> entry : byContender(runs).entrySet()) {
            bars.add(new Bar(
                    entry.getKey(),
                    Spread.of(entry.getValue().stream().map(Run::recordsPerSecond).toList())));
        }
        return bars;
    }

    private static List<Stack> cpu(List<Run> runs) {
        List<Stack> stacks = new ArrayList<>();
        for (Map.Entry<String, List<Run>> entry : byContender(runs).entrySet()) {
            stacks.add(new Stack(entry.getKey(), medians(entry.getValue())));
        }
        return stacks;
    }

    /** Median processor time for a record, by role. */
    static Map<String, Double> medians(List<Run> runs) {
        return medians(runs, Run::cpuUsPerRecord);
    }

    /** Median of a figure, by role. */
    static Map<String, Double> medians(List<Run> runs, Function<Run, Map<String, Double>> figure) {
        Map<String, List<Double>> figures = new TreeMap<>();
        runs.forEach(run -> figure.apply(run)
                .forEach((role, value) ->
                        figures.computeIfAbsent(role, r -> new ArrayList<>()).add(value)));
        Map<String, Double> medians = new TreeMap<>();
        figures.forEach((role, values) -> medians.put(role, Spread.of(values).median()));
        return medians;
    }

    /** In the order in which they took turns. */
    static Map<String, List<Run>> byContender(List<Run> runs) {
        Map<String, List<Run>> contenders = new LinkedHashMap<>();
        runs.forEach(run ->
                contenders.computeIfAbsent(run.contender(), c -> new ArrayList<>()).add(run));
        return contenders;
    }
}
