package io.sluice.devkit.faults;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Has a run's logs judged, once all of them are complete. */
final class Judging {
    private Judging() {}

    static RunResult judge(Rig rig, @Nullable String failure, long elapsedMs) throws IOException {
        for (Rig.Afterwards look : rig.afterwards()) {
            look.look(rig);
        }
        long rss = rig.gateways().stream().mapToLong(Child::peakRssBytes).max().orElse(0);
        return new RunResult(
                rig.row(),
                rig.seed(),
                rig.produced(),
                0,
                0,
                0,
                0,
                0,
                0,
                rig.timeline().worstLag(),
                0,
                rss,
                elapsedMs,
                rig.figures(),
                failure);
    }
}
