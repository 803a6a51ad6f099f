package io.sluice.bench.report;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as they are written. */
final class Figures {
    private static final MathContext FOUR = new MathContext(4);

    private Figures() {}

    /** To four significant digits: more is noise. */
    static double rounded(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(FOUR).doubleValue() : 0;
    }
}
