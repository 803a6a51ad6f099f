package io.sluice.bench;

import io.sluice.bench.report.Results;

/** What a suite works with. For one thread. */
record Bench(Stage stage, Effort effort, Results results) {
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
