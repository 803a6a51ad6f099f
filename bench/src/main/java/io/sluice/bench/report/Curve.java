package io.sluice.bench.report;

import java.util.List;

/**
 * A line of a plot; those with the same suite and plot are drawn together.
 *
 * @param plot name of the plot and of its file: {@code append_to_handler}, {@code partitions}
 * @param series what the line is: a contender
 * @param x what is along, with its unit
 * @param y what is up, with its unit
 * @param points in ascending order of x
 */
public record Curve(String suite, String plot, String series, String x, String y, List<Point> points) {
    /** A point of it. */
    public record Point(double x, double y) {}

    Curve rounded() {
        return new Curve(
                suite,
                plot,
                series,
                x,
                y,
                points.stream()
                        .map(point -> new Point(point.x(), Figures.rounded(point.y())))
                        .toList());
    }
}
