package io.sluice.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Contenders one under the other, with a figure each. */
final class BarPlot {
    private static final int WIDTH = 820;
    private static final int LEFT = 210;
    private static final int RIGHT = 150;
    private static final int TOP = 46;
    private static final int ROW = 30;
    private static final int BAR = 16;
    private static final Map<String, String> ROLES =
            Map.of("consumer", "#8b97a5", "gateway", "#2563a8", "processor", "#7fb2e5", "broker", "#d6dce3");

    /** A contender's figure over its rounds. */
    record Bar(String name, Spread figure) {}

    /** A contender's figure made up of parts, by role. */
    record Stack(String name, Map<String, Double> parts) {}

    private BarPlot() {}

    /** Medians as bars with their extremes; as dots on a logarithmic axis, where lengths mean nothing. */
    static String spreads(String title, String unit, List<Bar> bars, String reference) {
        double least = bars.stream().mapToDouble(bar -> bar.figure().median()).min().orElse(0);
        double most = bars.stream().mapToDouble(bar -> bar.figure().max()).max().orElse(1);
        Scale scale = Scale.of(least, most);
        Svg svg = new Svg(WIDTH, TOP + ROW * bars.size() + 56, title);
        axis(svg, scale, bars.size(), scale.isLogarithmic() ? unit + ", logarithmic" : unit);
        double limit = bars.stream()
                .filter(bar -> bar.name().equals(reference))
                .mapToDouble(bar -> bar.figure().median())
                .findFirst()
                .orElse(0);
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double y = TOP + ROW * i + ROW / 2.0;
            double x = x(scale, bar.figure().median());
            svg.label(LEFT - 10, y + 4, "end", bar.name());
            if (scale.isLogarithmic()) {
                svg.dot(x, y, colour(bar.name()));
            } else {
                svg.box(LEFT, y - BAR / 2.0, x - LEFT, BAR, colour(bar.name()));
            }
            whisker(svg, scale, bar.figure(), y);
            String share = limit > 0 && !bar.name().equals(reference)
                    ? " = %s × %s".formatted(Svg.number(bar.figure().median() / limit), reference)
                    : "";
            svg.label(
                    x(scale, bar.figure().max()) + 8, y + 4, "start", Svg.number(bar.figure().median()) + share);
        }
        return svg.toString();
    }

    /** Parts one after the other, named in a legend. */
    static String stacks(String title, String unit, List<Stack> stacks) {
        double most = stacks.stream().mapToDouble(BarPlot::sum).max().orElse(1);
        Scale scale = Scale.linear(most);
        Svg svg = new Svg(WIDTH, TOP + ROW * stacks.size() + 82, title);
        axis(svg, scale, stacks.size(), unit);
        List<String> roles = new ArrayList<>(List.of("consumer", "gateway", "processor", "broker"));
        roles.removeIf(role -> stacks.stream().noneMatch(stack -> stack.parts().containsKey(role)));
        for (int i = 0; i < stacks.size(); i++) {
            Stack stack = stacks.get(i);
            double y = TOP + ROW * i + ROW / 2.0;
            svg.label(LEFT - 10, y + 4, "end", stack.name());
            double before = 0;
            for (String role : roles) {
                double part = stack.parts().getOrDefault(role, 0.0);
                double x = x(scale, before);
                svg.box(x, y - BAR / 2.0, x(scale, before + part) - x, BAR, ROLES.getOrDefault(role, Svg.INK));
                before += part;
            }
            svg.label(x(scale, before) + 8, y + 4, "start", Svg.number(before));
        }
        double y = TOP + ROW * stacks.size() + 68;
        for (int i = 0; i < roles.size(); i++) {
            svg.box(LEFT + 120.0 * i, y - 11, 12, 12, ROLES.getOrDefault(roles.get(i), Svg.INK));
            svg.label(LEFT + 120.0 * i + 18, y, "start", roles.get(i));
        }
        return svg.toString();
    }

    private static double sum(Stack stack) {
        return stack.parts().values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static void whisker(Svg svg, Scale scale, Spread figure, double y) {
        double from = x(scale, figure.min());
        double to = x(scale, figure.max());
        svg.line(from, y, to, y, Svg.INK, 1.2);
        svg.line(from, y - 5, from, y + 5, Svg.INK, 1.2);
        svg.line(to, y - 5, to, y + 5, Svg.INK, 1.2);
    }

    private static void axis(Svg svg, Scale scale, int rows, String unit) {
        double bottom = TOP + (double) ROW * rows;
        for (double tick : scale.ticks()) {
            svg.line(x(scale, tick), TOP, x(scale, tick), bottom, Svg.FAINT, 1);
            svg.label(x(scale, tick), bottom + 18, "middle", Svg.number(tick));
        }
        svg.label((LEFT + WIDTH - RIGHT) / 2.0, bottom + 40, "middle", unit);
    }

    private static double x(Scale scale, double value) {
        return LEFT + Math.max(0, scale.place(value)) * (WIDTH - LEFT - RIGHT);
    }

    static String colour(String contender) {
        return contender.startsWith("sluice") ? "#2563a8" : contender.equals("bare") ? "#8b97a5" : "#d98032";
    }
}
