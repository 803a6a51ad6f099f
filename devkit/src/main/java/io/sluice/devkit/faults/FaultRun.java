package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.EventKind;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs a row to its end and has it judged. */
final class FaultRun {
    private static final Duration DRAIN = Duration.ofSeconds(150);

    private FaultRun() {}

    /** Never throws for what a run does: a run that cannot be ended is a result too. */
    static RunResult run(Lab lab, Row row, long seed, long records) {
        lab.say("%-4s %s; %,d records, seed %d".formatted(row.id(), row.title(), records, seed));
        try (Rig rig = new Rig(lab, row, seed, records)) {
            String failure = script(rig);
            RunResult result = Judging.judge(rig, failure, DRAIN);
            Files.writeString(
                    rig.folder().resolve("timeline.svg"),
                    TimelineSvg.of(result, rig.notes().timeline()));
            return result;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot write the report of " + row.id(), e);
        }
    }

    /** Runs the script, then lets everything drain; returns what went wrong, or null. */
    private static @Nullable String script(Rig rig) throws IOException {
        try {
            rig.row().script().run(rig);
            rig.mark("faults are over");
            rig.notes().event(EventKind.HEAL, "rig", "");
            rig.drain(DRAIN);
            return null;
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            rig.mark("not run to the end");
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }
    }
}
