package io.sluice.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where values are along an axis.
 *
 * @param ticks values that are named, ascending
 * @param kind how distances grow
 */
record Scale(Kind kind, double from, double to, List<Double> ticks) {
    private static final double WIDE = 20;
    private static final double[] NINES = {0, 50, 90, 99, 99.9, 99.99};

    enum Kind {
        LINEAR {
            @Override
            double place(double value) {
                return value;
            }
        },
        LOGARITHMIC {
            @Override
            double place(double value) {
                return Math.log10(Math.max(value, Double.MIN_NORMAL));
            }
        },
        /** From percentile to percentile as far as from one nine to the next. */
        NINES {
            @Override
            double place(double value) {
                return -Math.log10(1 - Math.min(value, 99.999) / 100);
            }
        };

        abstract double place(double value);
    }

    /** Linear from 0; logarithmic, if the smallest would not be seen. */
    static Scale of(double least, double most) {
        return least > 0 && most / least > WIDE ? logarithmic(least, most) : linear(most);
    }

    static Scale percentiles() {
        return new Scale(Kind.NINES, 0, NINES[NINES.length - 1], Arrays.stream(NINES).boxed().toList());
    }

    static Scale linear(double most) {
        double top = most <= 0 ? 1 : most;
        double unit = Math.pow(10, Math.floor(Math.log10(top)));
        double step = top / unit < 2 ? unit / 4 : top / unit < 5 ? unit / 2 : unit;
        List<Double> ticks = new ArrayList<>();
        int steps = (int) Math.ceil(top / step);
        for (int i = 0; i <= steps; i++) {
            ticks.add(i * step);
        }
        return new Scale(Kind.LINEAR, 0, steps * step, ticks);
    }

    static Scale logarithmic(double least, double most) {
        List<Double> ticks = new ArrayList<>();
        int last = (int) Math.ceil(Math.log10(most));
        for (int power = (int) Math.floor(Math.log10(least)); power <= last; power++) {
            ticks.add(Math.pow(10, power));
        }
        return new Scale(Kind.LOGARITHMIC, ticks.get(0), ticks.get(ticks.size() - 1), ticks);
    }

    boolean isLogarithmic() {
        return kind == Kind.LOGARITHMIC;
    }

    /** From 0 at the beginning of the axis to 1 at its end. */
    double place(double value) {
        return (kind.place(value) - kind.place(from)) / (kind.place(to) - kind.place(from));
    }
}
