package io.sluice.bench;

import io.sluice.bench.report.Curve;
import io.sluice.bench.report.Outcome;
import io.sluice.bench.report.Round;
import io.sluice.bench.report.Spread;
import java.util.ArrayList;
import java.util.List;

/**
 * Contenders that differ in one number. For one thread.
 *
 * @param name of the axis and of its plot
 * @param x what is along, with its unit
 * @param points in ascending order; growth is in terms of the first
 */
record Axis(String name, String x, List<Point> points) {
    private static final String COST = "CPU of the gateway, µs a record";

    /** A contender, named like its axis and its place there. */
    record Point(long x, Load load, GatewaySetup setup, String... how) {}

    /** Measures it. The ratio {@code scale_NAME} is the cost at the most expensive point in terms of the first one's. */
    void measure(Bench bench, String suite) {
        Comparison comparison = bench.comparison(suite, name);
        for (Point point : points) {
            GatewaySetup named = point.setup().named(contender(point));
            comparison.add(point.load(), (stage, topic) ->
                    new SluiceContender(stage, point.load().topics(topic), named, point.how()));
        }
        Outcome outcome = comparison.run();
        List<Curve.Point> costs = new ArrayList<>();
        Spread most = new Spread(0, 0, 0);
        for (Point point : points) {
            costs.add(new Curve.Point(
                    point.x(), outcome.spread(contender(point), Axis::cost).median()));
            Spread growth = outcome.ratio(contender(point), Axis::cost, contender(points.get(0)), Axis::cost);
            most = growth.median() > most.median() ? growth : most;
        }
        bench.results().curve(new Curve(suite, name, "gateway", x, COST, costs));
        bench.results().ratio("scale_" + name, most);
    }

    private static double cost(Round round) {
        return round.cpuMicros("gateway");
    }

    private String contender(Point point) {
        return name + "-" + point.x();
    }
}
