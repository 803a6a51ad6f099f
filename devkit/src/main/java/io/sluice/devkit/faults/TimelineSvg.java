package io.sluice.devkit.faults;

import io.sluice.devkit.faults.Timeline.Mark;
import io.sluice.devkit.faults.Timeline.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws a run: lag above, throughput below, over the same time, with what was done to it. A picture that needs nothing but a browser. */
final class TimelineSvg {
    private static final int WIDTH = 1000;
    private static final int LEFT = 80;
    private static final int RIGHT = 980;
    private static final int LABEL_LANES = 4;
    private static final int LANE_HEIGHT = 14;
    private static final int LAG_TOP = 66 + LABEL_LANES * LANE_HEIGHT;
    private static final int PANEL = 170;
    private static final int RATE_TOP = LAG_TOP + PANEL + 56;
    private static final int HEIGHT = RATE_TOP + PANEL + 62;
    /** Throughput is that of this much time: a quarter of a second would be noise. */
    private static final long SPAN_MS = 1_000;

    private static final String LAG = "#b3541e";
    private static final String SETTLED = "#1f6f8b";
    private static final String PRODUCED = "#9aa5b1";
    private static final String FAULT = "#c2255c";

    private final StringBuilder svg = new StringBuilder();
    private final List<Sample> samples;
    private final double endMs;

    private TimelineSvg(Timeline timeline) {
        samples = timeline.samples();
        endMs = Math.max(1_000, timeline.nowMs());
    }

    static String of(RunResult result, Timeline timeline) {
        return new TimelineSvg(timeline).draw(result, timeline.marks());
    }

    private String draw(RunResult result, List<Mark> marks) {
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        .formatted(WIDTH, HEIGHT, WIDTH, HEIGHT))
                .append(
                        " font-family=\"sans-serif\" font-size=\"12\" role=\"img\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        text(
                LEFT,
                24,
                "start",
                "#222",
                16,
                result.row().id() + "  " + result.row().title());
        text(LEFT, 44, "start", result.good() ? "#2b8a3e" : FAULT, 12, verdict(result));
        List<Rate> rates = rates();
        double mostLag =
                top(samples.stream().mapToDouble(s -> (double) s.lag()).max().orElse(0));
        double mostRate = top(rates.stream()
                .mapToDouble(r -> Math.max(r.produced(), r.settled()))
                .max()
                .orElse(0));
        panel(LAG_TOP, mostLag, "lag: records in the topic that are not committed");
        panel(RATE_TOP, mostRate, "throughput, records a second");
        times();
        marks(marks);
        lagLine(mostLag);
        line(rates, Rate::atMs, Rate::produced, RATE_TOP, mostRate, PRODUCED);
        line(rates, Rate::atMs, Rate::settled, RATE_TOP, mostRate, SETTLED);
        legend();
        return svg.append("</svg>\n").toString();
    }

    private static String verdict(RunResult r) {
        return ("seed %d · %,d records · lost %d · order violations %d · duplicates %d unjustified, %d justified of at most %d"
                        + " · commit violations %d%s")
                .formatted(
                        r.seed(),
                        r.records(),
                        r.lost(),
                        r.orderViolations(),
                        r.unjustifiedDuplicates(),
                        r.justifiedDuplicates(),
                        r.duplicatesBound(),
                        r.commitViolations(),
                        r.good() ? "" : " · NOT KEPT");
    }

    private record Rate(double atMs, double produced, double settled) {}

    private List<Rate> rates() {
        List<Rate> rates = new ArrayList<>();
        int from = 0;
        for (Sample sample : samples) {
            while (sample.atMs() - samples.get(from).atMs() > SPAN_MS) {
                from++;
            }
            Sample before = samples.get(from);
            double seconds = (sample.atMs() - before.atMs()) / 1000.0;
            if (seconds > 0) {
                rates.add(new Rate(
                        (double) sample.atMs(),
                        (sample.produced() - before.produced()) / seconds,
                        (sample.settled() - before.settled()) / seconds));
            }
        }
        return rates;
    }

    private void panel(int top, double most, String title) {
        text(LEFT, top - 8, "start", "#444", 12, title);
        for (int i = 0; i <= 4; i++) {
            int y = top + PANEL - PANEL * i / 4;
            svg.append("<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"%s\"/>\n"
                    .formatted(LEFT, RIGHT, y, y, i == 0 ? "#868e96" : "#e9ecef"));
            text(LEFT - 8, y + 4, "end", "#444", 11, "%,d".formatted(Math.round(most * i / 4)));
        }
    }

    private void times() {
        double stepMs = step(endMs / 1000 / 8) * 1000;
        for (double ms = 0; ms <= endMs; ms += stepMs) {
            for (int bottom : new int[] {LAG_TOP + PANEL, RATE_TOP + PANEL}) {
                text(x(ms), bottom + 16, "middle", "#444", 11, "%s s".formatted(number(ms / 1000)));
            }
        }
    }

    /** Labels side by side in a few lanes above the pictures; where there are too many, the line alone is drawn. */
    private void marks(List<Mark> marks) {
        double[] taken = new double[LABEL_LANES];
        for (Mark mark : marks) {
            double x = x((double) mark.atMs());
            svg.append(
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-dasharray=\"3 3\" opacity=\"0.7\"><title>%s</title></line>\n"
                            .formatted(x, x, LAG_TOP, RATE_TOP + PANEL, FAULT, escape(mark.label())));
            double width = mark.label().length() * 6.0 + 8;
            for (int lane = 0; lane < LABEL_LANES; lane++) {
                double left = Math.min(x, RIGHT - width);
                if (left >= taken[lane]) {
                    taken[lane] = left + width;
                    int y = LAG_TOP - 26 - lane * LANE_HEIGHT;
                    svg.append("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"%s\" opacity=\"0.35\"/>\n"
                            .formatted(x, x, y + 2, LAG_TOP, FAULT));
                    text(left + 2, y, "start", FAULT, 10, mark.label());
                    break;
                }
            }
        }
    }

    /** Where the broker did not answer the line has a gap. */
    private void lagLine(double most) {
        List<Sample> run = new ArrayList<>();
        for (Sample sample : samples) {
            if (sample.lag() >= 0) {
                run.add(sample);
            } else {
                line(run, s -> (double) s.atMs(), s -> (double) s.lag(), LAG_TOP, most, LAG);
                run.clear();
            }
        }
        line(run, s -> (double) s.atMs(), s -> (double) s.lag(), LAG_TOP, most, LAG);
    }

    private <T> void line(
            List<T> points, ToDoubleFunction<T> at, ToDoubleFunction<T> value, int top, double most, String colour) {
        if (points.isEmpty()) {
            return;
        }
        StringBuilder path = new StringBuilder();
        for (T point : points) {
            path.append("%.1f,%.1f "
                    .formatted(
                            x(at.applyAsDouble(point)),
                            top + PANEL - PANEL * Math.min(1, value.applyAsDouble(point) / most)));
        }
        svg.append("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" points=\"%s\"/>\n"
                .formatted(colour, path.toString().strip()));
    }

    private void legend() {
        int y = RATE_TOP + PANEL + 46;
        double x = LEFT;
        String[][] entries = {
            {LAG, "lag"},
            {SETTLED, "settled by processors"},
            {PRODUCED, "written to the topic"},
            {FAULT, "what was done"}
        };
        for (String[] entry : entries) {
            svg.append("<line x1=\"%.0f\" x2=\"%.0f\" y1=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\"/>\n"
                    .formatted(x, x + 22, y - 4, y - 4, entry[0]));
            text(x + 28, y, "start", "#444", 12, entry[1]);
            x += 60 + entry[1].length() * 7;
        }
    }

    private void text(double x, double y, String anchor, String colour, int size, String text) {
        svg.append("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\" font-size=\"%d\">%s</text>\n"
                .formatted(x, y, anchor, colour, size, escape(text)));
    }

    private double x(double ms) {
        return LEFT + (RIGHT - LEFT) * ms / endMs;
    }

    /** The end of an axis that holds {@code most} and has round quarters. */
    private static double top(double most) {
        return 4 * step(Math.max(1, most / 4));
    }

    /** The next of 1, 2, 5, 10, 20 and so on. */
    private static double step(double least) {
        double ten = Math.pow(10, Math.floor(Math.log10(least)));
        for (double factor : new double[] {1, 2, 5}) {
            if (ten * factor >= least) {
                return ten * factor;
            }
        }
        return ten * 10;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.1f", value);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
