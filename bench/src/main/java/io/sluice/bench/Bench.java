package io.sluice.bench;

import io.sluice.bench.report.Results;
import java.util.Set;

/**
 * What a suite works with. For one thread.
 *
 * @param scenarios only these; empty: all
 */
record Bench(Stage stage, Effort effort, Set<String> scenarios, Results results) {
    /** Measures a scenario if it is wanted. One that fails is told and kept with the results; others go on. */
    void scenario(String name, Runnable measure) {
        if (!scenarios.isEmpty() && !scenarios.contains(name)) {
            return;
        }
        try {
            measure.run();
        } catch (RuntimeException e) {
            stage.tell("FAILED: " + name + ": " + reason(e));
            results.fail(name, reason(e));
        }
    }

    /** What a failure says, or the first of its causes that says something. */
    static String reason(Throwable failure) {
        Throwable cause = failure.getCause();
        String message = failure.getMessage();
        if (message != null) {
            return message;
        }
        return cause == null ? failure.toString() : failure.getClass().getSimpleName() + ": " + reason(cause);
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
