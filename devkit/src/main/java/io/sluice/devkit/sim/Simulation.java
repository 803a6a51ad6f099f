package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.Ordering;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the histories of single seeds. Any thread; each call has a world of its own. */
final class Simulation {
    /**
     * What became of a history.
     *
     * @param steps calls of the core
     * @param virtualNs simulated time
     * @param broken the rule that was broken; null: none
     * @param text what was wrong
     * @param last the last events, if they were kept
     */
    record History(
            long seed,
            Ordering ordering,
            long steps,
            long hash,
            long virtualNs,
            long records,
            @Nullable String broken,
            String text,
            List<String> last) {
        boolean good() {
            return broken == null;
        }
    }

    private Simulation() {}

    /** Runs a seed. {@code faultySteps}: steps until the faults end. */
    static History run(long seed, Ordering ordering, long faultySteps) {
        return run(seed, ordering, faultySteps, null, false);
    }

    static History run(
            long seed, Ordering ordering, long faultySteps, @Nullable Decisions decisions, boolean keepsText) {
        Trace trace = new Trace(keepsText);
        World world = new World(seed, ordering, decisions, trace);
        String broken = null;
        String text = "";
        try {
            world.run(faultySteps);
        } catch (Broken e) {
            broken = e.rule();
            text = String.valueOf(e.getMessage());
        } catch (RuntimeException | AssertionError e) {
            broken = e.getClass().getSimpleName();
            text = e.getMessage() + " at " + (e.getStackTrace().length == 0 ? "?" : e.getStackTrace()[0]);
        }
        return new History(
                seed,
                ordering,
                world.steps,
                trace.hash(),
                world.now(),
                world.judge.records,
                broken,
                text,
                trace.last());
    }

    /** The ordering of a seed where none is asked for: each third of the seeds has one. */
    static Ordering orderingOf(long seed) {
        Ordering[] all = Ordering.values();
        return all[(int) Math.floorMod(seed, (long) all.length)];
    }
}
