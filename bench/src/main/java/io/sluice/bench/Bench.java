package io.sluice.bench;

import io.sluice.bench.report.Results;
import java.util.Set;

/**
 * What a suite works with. For one thread.
 *
 * @param scenarios only these; empty: all
 */
record Bench(Stage stage, Effort effort, Set<String> scenarios, Results results) {
    /** Whether a scenario is to be measured. */
    boolean wants(String scenario) {
        return scenarios.isEmpty() || scenarios.contains(scenario);
    }

    /** A comparison of this suite; its rounds go to the results by themselves. */
    Comparison comparison(String suite, String scenario) {
        return new Comparison(this, suite, scenario);
    }

    /** Says that something is left out, now and in the results. */
    void skip(String what, String why) {
        stage.tell("SKIPPED: " + what + ": " + why);
        results.skip(what, why);
    }
}
