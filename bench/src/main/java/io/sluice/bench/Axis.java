package io.sluice.bench;

import io.sluice.bench.report.Curve;
import io.sluice.bench.report.Outcome;
import io.sluice.bench.report.Round;
import io.sluice.bench.report.Spread;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Contenders that differ in one number. For one thread.
 *
 * @param name of the axis and of its plot
 * @param x what is along, with its unit
 * @param besideBare whether a bare consumer reads at each point, too, and costs are in terms of its: where there is more to do for anybody
 * @param points in ascending order; growth is in terms of the first
 */
record Axis(String name, String x, boolean besideBare, List<Point> points) {
    private static final double WARM_UP_SECONDS = 8;
    private static final double ROUND_SECONDS = 1.5;
    private static final String COST = "µs of processor time for a record";

    /** A contender, named like its axis and its place there. */
    record Point(long x, Load load, GatewaySetup setup, String... how) {}

    /** Measures it. The ratio {@code scale_NAME} is the cost at the most expensive point in terms of the first one's. */
    void measure(Bench bench, String suite) {
        Comparison comparison =
                bench.comparison(suite, name).warming(WARM_UP_SECONDS).lasting(ROUND_SECONDS);
        for (Point point : points) {
            GatewaySetup named = point.setup().named(contender(point));
            comparison.add(
                    point.load(),
                    (stage, topic) -> SluiceContender.start(stage, point.load().topics(topic), named, point.how()));
            if (besideBare) {
                comparison.add(point.load(), (stage, topic) -> BareContender.start(stage, topic, bare(point)));
            }
        }
        Outcome outcome = comparison.run();
        bench.results().curve(curve(suite, name, "gateway", COST, p -> cost(outcome, contender(p), "gateway")));
        if (besideBare) {
            bench.results().curve(curve(suite, name, "bare", COST, p -> cost(outcome, bare(p), "consumer")));
            bench.results()
                    .curve(curve(
                            suite,
                            name + "_beside_bare",
                            "gateway",
                            "× the bare consumer's",
                            p -> cost(outcome, contender(p), "gateway") / cost(outcome, bare(p), "consumer")));
        }
        bench.results().ratio("scale_" + name, growth(outcome));
    }

    private Curve curve(String suite, String plot, String series, String y, ToDoubleFunction<Point> cost) {
        return new Curve(
                suite,
                plot,
                series,
                x,
                y,
                points.stream()
                        .map(point -> new Curve.Point(point.x(), cost.applyAsDouble(point)))
                        .toList());
    }

    private static double cost(Outcome outcome, String contender, String role) {
        return outcome.spread(contender, round -> round.cpuMicros(role)).median();
    }

    private Spread growth(Outcome outcome) {
        Spread most = new Spread(0, 0, 0);
        for (Point point : points) {
            Spread growth = besideBare ? overBare(outcome, point) : growth(outcome, point);
            most = growth.median() > most.median() ? growth : most;
        }
        return most;
    }

    private Spread growth(Outcome outcome, Point point) {
        ToDoubleFunction<Round> cost = round -> round.cpuMicros("gateway");
        return outcome.ratio(contender(point), cost, contender(points.get(0)), cost);
    }

    /** How much more of the bare consumer's cost it is here than at the first point. */
    private Spread overBare(Outcome outcome, Point point) {
        Spread here = inBare(outcome, point);
        double first = inBare(outcome, points.get(0)).median();
        return new Spread(here.median() / first, here.min() / first, here.max() / first);
    }

    private Spread inBare(Outcome outcome, Point point) {
        return outcome.ratio(
                contender(point),
                round -> round.cpuMicros("gateway"),
                bare(point),
                round -> round.cpuMicros("consumer"));
    }

    private String contender(Point point) {
        return name + "-" + point.x();
    }

    private String bare(Point point) {
        return "bare-" + contender(point);
    }
}
