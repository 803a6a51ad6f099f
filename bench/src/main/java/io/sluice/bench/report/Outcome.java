package io.sluice.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The rounds of one comparison. */
public record Outcome(List<Round> rounds) {
    /** A figure of a contender over its rounds. */
    public Spread spread(String contender, ToDoubleFunction<Round> figure) {
        return Spread.of(values(contender, figure));
    }

    /**
     * A figure of one contender in terms of another's: of the medians, and the extremes among the rounds, in each of which they took
     * turns.
     */
    public Spread ratio(
            String contender,
            ToDoubleFunction<Round> figure,
            String reference,
            ToDoubleFunction<Round> referenceFigure) {
        List<Double> mine = values(contender, figure);
        List<Double> theirs = values(reference, referenceFigure);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < mine.size(); i++) {
            ratios.add(mine.get(i) / theirs.get(i));
        }
        Spread each = Spread.of(ratios);
        return new Spread(Spread.of(mine).median() / Spread.of(theirs).median(), each.min(), each.max());
    }

    /** How many times the rate of {@code reference} a contender has. */
    public Spread rateRatio(String contender, String reference) {
        return ratio(contender, Round::rate, reference, Round::rate);
    }

    private List<Double> values(String contender, ToDoubleFunction<Round> figure) {
        List<Double> values = new ArrayList<>();
        for (Round round : rounds) {
            if (round.contender().equals(contender)) {
                values.add(figure.applyAsDouble(round));
            }
        }
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no round of " + contender);
        }
        return values;
    }
}
