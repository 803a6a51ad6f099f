package io.sluice.devkit.sim;

import io.sluice.devkit.sim.Simulation.History;
import io.sluice.ingest.delivery.Ordering;
import org.jspecify.annotations.Nullable;

/**
 * Makes a failing history short: takes spans of what the dice showed out of it, or makes them harmless, as long as the
 * same rule is still broken. What an actor then draws beyond its last decision is harmless too.
 */
final class Shrinker {
    private final long seed;
    private final Ordering ordering;
    private final String rule;
    private final int mostRuns;

    private long faultySteps;
    private Decisions best;
    private History history;
    private int runs;

    private Shrinker(History failing, Decisions decisions, long faultySteps, int mostRuns) {
        this.seed = failing.seed();
        this.ordering = failing.ordering();
        this.rule = String.valueOf(failing.broken());
        this.history = failing;
        this.best = decisions;
        this.faultySteps = faultySteps;
        this.mostRuns = mostRuns;
    }

    /**
     * The shortest history found that breaks the same rule, with its last events.
     *
     * @param mostRuns limit of work: histories run
     */
    static History shrink(History failing, long faultySteps, int mostRuns) {
        Decisions recorded = new Decisions();
        History again = Simulation.run(failing.seed(), failing.ordering(), faultySteps, recorded, false);
        if (again.good()) {
            throw new IllegalStateException("seed " + failing.seed() + " does not fail again: not deterministic");
        }
        Shrinker shrinker = new Shrinker(again, recorded, faultySteps, mostRuns);
        shrinker.endFaultsSooner();
        shrinker.shorten();
        return Simulation.run(failing.seed(), failing.ordering(), shrinker.faultySteps, shrinker.best.replay(), true);
    }

    /** Fewer faulty steps, by halves: also what fails only after the faults needs few of them. */
    private void endFaultsSooner() {
        for (long steps = Math.min(faultySteps, history.steps()); steps > 0; steps /= 2) {
            if (!accept(best.replay(), steps)) {
                return;
            }
        }
    }

    private void shorten() {
        for (int span = Math.max(1, best.size() / 2); span >= 1 && runs < mostRuns; span /= 2) {
            for (int at = 0; at < best.size() && runs < mostRuns; ) {
                if (accept(best.without(at, span), faultySteps)) {
                    continue;
                }
                accept(best.zeroed(at, span), faultySteps);
                at += span;
            }
        }
    }

    private boolean accept(@Nullable Decisions candidate, long steps) {
        if (candidate == null) {
            return false;
        }
        runs++;
        Decisions unread = candidate.replay();
        History result = Simulation.run(seed, ordering, steps, candidate, false);
        if (!rule.equals(result.broken()) || result.steps() > history.steps()) {
            return false;
        }
        best = unread;
        history = result;
        faultySteps = steps;
        return true;
    }
}
