package io.sluice.devkit.faults;

import io.sluice.devkit.defects.Defect;
import io.sluice.devkit.defects.DefectAgent;
import io.sluice.devkit.oracle.Findings;
import io.sluice.devkit.oracle.Oracle;
import io.sluice.devkit.oracle.Terms;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A short run of real processes, with a gateway that may have a defect, and what the oracle says of it. */
final class Trial {
    /** Half the time that a clean run takes to drain on a machine that is busy. */
    private static final Duration DRAIN = Duration.ofSeconds(60);

    /** A gateway with a defect may never finish; then there is no point in waiting longer. */
    private static final Duration DRAIN_WITH_DEFECT = Duration.ofSeconds(8);

    private static final long DRAIN_MS = 500;

    /** What happens in a run. */
    @FunctionalInterface
    interface Script {
        void run(Rig rig, Trial trial) throws Exception;
    }

    /**
     * What came of it.
     *
     * @param startedMs when the first gateway was started, in milliseconds of the wall clock
     */
    record Outcome(Findings findings, long startedMs) {}

    private final Rig rig;
    private final @Nullable Defect defect;
    private long startedMs;

    private Trial(Rig rig, @Nullable Defect defect) {
        this.rig = rig;
        this.defect = defect;
    }

    /**
     * Runs a script and judges it.
     *
     * @param id names folder and topics
     * @param defect null: a gateway as it is shipped, which must drain
     */
    static Outcome run(Lab lab, String id, @Nullable Defect defect, long seed, long records, Script script)
            throws Exception {
        Row row = Row.of(id, id, "", unused -> {});
        try (Rig rig = new Rig(lab, row, seed, records)) {
            Trial trial = new Trial(rig, defect);
            trial.configure();
            script.run(rig, trial);
            trial.drain();
            rig.children().forEach(Child::discard);
            RunLogs.complete(rig);
            trial.checkDefect();
            return new Outcome(Oracle.judge(rig.logs(), terms()), trial.startedMs);
        }
    }

    /** As {@link #configure} sets the pipeline up. */
    static Terms terms() {
        return Terms.defaults()
                .lease(Duration.ofSeconds(8))
                .retry(5, Duration.ofMillis(80))
                .drain(Duration.ofMillis(DRAIN_MS));
    }

    private void configure() {
        rig.partitions(4);
        rig.pipeline()
                .set("processor", "{ targets: $TARGETS, lease: 8s }")
                .set("in_flight", "{ records: 600 }")
                .set("commit_interval", "100ms")
                .set("drain", DRAIN_MS + "ms")
                .set("retry", "{ initial_backoff: 100ms, max_backoff: 1s, jitter: 0.2 }");
    }

    /** A gateway, with the defect if there is one; to be started at once. */
    GatewayChild gateway(String name) {
        startedMs = startedMs == 0 ? System.currentTimeMillis() : startedMs;
        GatewayChild gateway = rig.gateway(name);
        if (defect != null && gateway.lives() == 0) {
            gateway.flags(DefectAgent.flag(rig.folder(), defect));
        }
        return gateway;
    }

    private void drain() {
        if (defect == null) {
            rig.drain(DRAIN);
            return;
        }
        try {
            settle();
            rig.drain(DRAIN_WITH_DEFECT);
        } catch (IllegalStateException stuck) {
            // That it does not get there is the oracle's to say, and what it does when it is asked to end.
            rig.gateways().stream().filter(Child::isUp).forEach(Child::term);
        }
    }

    /** Waits for the records themselves: a lag of zero may be the broker's word of before they came. */
    private void settle() {
        rig.await(
                "all records are settled",
                DRAIN_WITH_DEFECT,
                () -> rig.produced() >= rig.records() && rig.progress().settled() >= rig.records());
    }

    private void checkDefect() throws IOException {
        for (GatewayChild gateway : rig.gateways()) {
            String said = Files.readString(gateway.output());
            if (defect != null && !defect.signs().stream().allMatch(said::contains)) {
                throw new IllegalStateException(gateway.name() + " runs without defect " + defect);
            }
        }
    }
}
