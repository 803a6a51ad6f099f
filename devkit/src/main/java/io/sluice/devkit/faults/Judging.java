package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.Findings;
import io.sluice.devkit.oracle.Findings.Lag;
import io.sluice.devkit.oracle.Oracle;
import io.sluice.devkit.oracle.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Has a run's logs judged by the oracle, once all of them are complete. */
final class Judging {
    private Judging() {}

    /**
     * Judges a run whose children have ended.
     *
     * @param failure why the run was not ended as it should; null if it was
     * @param settle how long after the last fault a record may wait for its outcome
     */
    static RunResult judge(Rig rig, @Nullable String failure, Duration settle) {
        RunLogs.complete(rig);
        Findings findings = Oracle.judge(rig.logs(), rig.pipeline().terms().settle(settle));
        RunLogs logs = RunLogs.read(rig.logs());
        rig.notes().afterwards().forEach(look -> look.look(logs));
        List<Handling> handlings = Handling.of(logs);
        long bound = new DuplicateBound(handlings, logs.events, rig.pipeline().commitIntervalMs()).most()
                // Each of these has its own cause: nobody answered within the lease, or asked for it during a fault.
                + findings.duplicatesByCause().getOrDefault("lease", 0L)
                + findings.duplicatesByCause().getOrDefault("fault", 0L);
        Lag worst = findings.lags().isEmpty()
                ? new Lag("run", 0, 0)
                : findings.lags().get(0);
        Map<String, Long> others = new TreeMap<>();
        findings.counts().forEach((rule, count) -> others.put(rule.name(), count));
        return new RunResult(
                rig.row(),
                rig.seed(),
                rig.records(),
                rig.produced(),
                findings.lost(),
                findings.orderViolations(),
                findings.unjustifiedDuplicates(),
                findings.justifiedDuplicates(),
                bound,
                findings.count(Rule.G1) + findings.count(Rule.G7) + findings.count(Rule.G8),
                others,
                worst.records(),
                worst.ms(),
                rig.gateways().stream().mapToLong(Child::peakRssBytes).max().orElse(0),
                rig.notes().timeline().nowMs(),
                rig.notes().figures(),
                failure == null && !findings.clean() ? findings.toString() : failure);
    }
}
