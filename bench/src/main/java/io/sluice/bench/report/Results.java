package io.sluice.bench.report;

import io.sluice.bench.report.Report.Missing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a run has found so far. Names are unique in a run. For one thread. */
public final class Results {
    private final List<Round> rounds = new ArrayList<>();
    private final Map<String, Spread> ratios = new LinkedHashMap<>();
    private final Map<String, Double> values = new LinkedHashMap<>();
    private final List<Curve> curves = new ArrayList<>();
    private final List<Missing> skipped = new ArrayList<>();
    private final List<Missing> failed = new ArrayList<>();

    /** Adds measured rounds. */
    public void add(List<Round> measured) {
        rounds.addAll(measured);
    }

    /** A ratio within this run, as {@code none_100B}. */
    public void ratio(String name, Spread ratio) {
        ratios.put(name, ratio);
    }

    /** A figure with its unit at the end of its name, as {@code added_p50_ms}. */
    public void value(String name, double value) {
        values.put(name, value);
    }

    /** A line for a plot. */
    public void curve(Curve curve) {
        curves.add(curve);
    }

    /** Something cannot be measured here. */
    public void skip(String what, String why) {
        skipped.add(new Missing(what, why));
    }

    /** Something went wrong while it was measured. */
    public void fail(String what, String why) {
        failed.add(new Missing(what, why));
    }

    /** What went wrong. */
    public List<Missing> failed() {
        return List.copyOf(failed);
    }

    /** All of it, rounded. */
    public Report report(Origin origin) {
        Map<String, Double> medians = new LinkedHashMap<>();
        Map<String, List<Double>> ranges = new LinkedHashMap<>();
        ratios.forEach((name, ratio) -> {
            medians.put(name, Figures.rounded(ratio.median()));
            ranges.put(name, List.of(Figures.rounded(ratio.min()), Figures.rounded(ratio.max())));
        });
        Map<String, Double> rounded = new LinkedHashMap<>();
        values.forEach((name, value) -> rounded.put(name, Figures.rounded(value)));
        return new Report(
                origin.command(),
                origin.commit(),
                origin.machine(),
                rounds.stream().map(Run::of).toList(),
                medians,
                ranges,
                rounded,
                curves.stream().map(Curve::rounded).toList(),
                List.copyOf(skipped),
                List.copyOf(failed));
    }
}
