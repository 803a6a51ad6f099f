package io.sluice.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Curves over one another. Percentiles are spaced by their nines; other places along the axis evenly, whatever lies between. */
final class LinePlot {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 380;
    private static final int LEFT = 80;
    private static final int RIGHT = 110;
    private static final int TOP = 50;
    private static final int BOTTOM = 62;
    private static final String PERCENTILE = "percentile";

    private LinePlot() {}

    static String draw(String title, List<Curve> curves) {
        Svg svg = new Svg(WIDTH, HEIGHT, title);
        List<Double> all =
                curves.stream().flatMap(c -> c.points().stream()).map(Curve.Point::y).toList();
        Scale up = Scale.of(
                all.stream().mapToDouble(y -> y).min().orElse(0),
                all.stream().mapToDouble(y -> y).max().orElse(1));
        for (double tick : up.ticks()) {
            svg.line(LEFT, y(up, tick), WIDTH - RIGHT, y(up, tick), Svg.FAINT, 1);
            svg.label(LEFT - 8, y(up, tick) + 4, "end", Svg.number(tick));
        }
        Curve first = curves.get(0);
        String unit = up.isLogarithmic() ? first.y() + ", logarithmic" : first.y();
        double middle = (TOP + HEIGHT - BOTTOM) / 2.0;
        svg.label(20, middle, "middle", unit, "transform=\"rotate(-90 20 %.0f)\"".formatted(middle));
        along(svg, curves);
        for (Curve curve : curves) {
            curve(svg, up, curve, curves);
        }
        return svg.toString();
    }

    private static void along(Svg svg, List<Curve> curves) {
        List<Double> ticks = isPercentile(curves) ? Scale.percentiles().ticks() : places(curves);
        for (double tick : ticks) {
            double x = x(curves, tick);
            svg.line(x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 5.0, Svg.INK, 1);
            String name = isPercentile(curves) ? number(tick) + " %" : number(tick);
            svg.label(x, HEIGHT - BOTTOM + 20.0, "middle", name);
        }
        svg.line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, Svg.INK, 1);
        String what = isPercentile(curves) ? "records that were at least this fast" : curves.get(0).x();
        svg.label((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 14, "middle", what);
    }

    private static void curve(Svg svg, Scale up, Curve curve, List<Curve> all) {
        String colour = curve.series().equals("gateway") ? BarPlot.colour("sluice") : BarPlot.colour(curve.series());
        StringBuilder points = new StringBuilder();
        for (Curve.Point point : curve.points()) {
            double x = x(all, point.x());
            double y = y(up, point.y());
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
            if (!isPercentile(all)) {
                svg.dot(x, y, colour);
                svg.label(x, y - 10, "middle", Svg.number(point.y()));
            }
        }
        svg.path(points.toString().strip(), colour);
        Curve.Point last = curve.points().get(curve.points().size() - 1);
        svg.label(WIDTH - RIGHT + 8, y(up, last.y()) + 4, "start", curve.series());
    }

    private static boolean isPercentile(List<Curve> curves) {
        return curves.get(0).x().equals(PERCENTILE);
    }

    private static List<Double> places(List<Curve> curves) {
        TreeSet<Double> places = new TreeSet<>();
        curves.forEach(c -> c.points().forEach(p -> places.add(p.x())));
        return List.copyOf(places);
    }

    private static double x(List<Curve> curves, double value) {
        double place;
        if (isPercentile(curves)) {
            place = Scale.percentiles().place(value);
        } else {
            List<Double> places = places(curves);
            place = (places.indexOf(value) + 0.5) / places.size();
        }
        return LEFT + place * (WIDTH - LEFT - RIGHT);
    }

    private static double y(Scale up, double value) {
        return HEIGHT - BOTTOM - up.place(value) * (HEIGHT - TOP - BOTTOM);
    }

    /** Places are named in full: 1,000,000. */
    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : Double.toString(value);
    }
}
