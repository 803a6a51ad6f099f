package io.sluice.bench.report;

import java.util.Collections;
import java.util.List;

/** What a run found, for a terminal. */
public final class Summary {
    private Summary() {}

    /** Ratios and other figures, a line each, and what is missing. */
    public static String of(Report report) {
        StringBuilder text = new StringBuilder("\n");
        report.ratios().forEach((name, ratio) -> {
            List<Double> range = report.ratioRanges().getOrDefault(name, Collections.nCopies(2, ratio));
            text.append("%-32s %10s   (%s to %s)%n"
                    .formatted(name, Svg.number(ratio), Svg.number(range.get(0)), Svg.number(range.get(1))));
        });
        report.values().forEach((name, value) -> text.append("%-32s %10s%n".formatted(name, Svg.number(value))));
        report.skipped().forEach(m -> text.append("SKIPPED %s: %s%n".formatted(m.what(), m.why())));
        report.failed().forEach(m -> text.append("FAILED %s: %s%n".formatted(m.what(), m.why())));
        return text.toString();
    }
}
