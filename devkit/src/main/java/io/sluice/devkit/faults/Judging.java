package io.sluice.devkit.faults;

import org.jspecify.annotations.Nullable;

/** Has a run's logs judged, once all of them are complete. */
final class Judging {
    private Judging() {}

    static RunResult judge(Rig rig, @Nullable String failure, long elapsedMs) {
        RunLogs.complete(rig);
        RunLogs logs = RunLogs.read(rig.logs());
        rig.notes().afterwards().forEach(look -> look.look(logs));
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
                rig.notes().timeline().worstLag(),
                0,
                rss,
                elapsedMs,
                rig.notes().figures(),
                failure);
    }
}
