package io.sluice.devkit.faults;

import io.sluice.devkit.faults.Figures.Window;
import io.sluice.devkit.oracle.EventKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Rows in which a process gets no time, or the wrong one. */
final class PauseRows {

    private static final int HOUR_S = 3_600;
    private static final String RETRIED = "sluice_records_retried_total";
    private static final String LEASES = "cause=\"lease_expired\"";

    private PauseRows() {}

    static List<Row> rows() {
        return List.of(
                Row.of(
                        "F3",
                        "gateway SIGSTOP for twice the session timeout, then SIGCONT",
                        "its commits are fenced, late verdicts are counted and change nothing",
                        PauseRows::zombie),
                Row.of(
                        "F6",
                        "processor SIGSTOP",
                        "found within keepalive time and timeout, 10 s and 5 s; its records go elsewhere",
                        PauseRows::frozenProcessor),
                Row.of(
                        "F24",
                        "clock of the gateway 1 h ahead, 1 h behind",
                        "leases and backoff keep to monotonic time",
                        PauseRows::wrongClock),
                Row.of(
                        "F25",
                        "gateway gets 10 % of a CPU",
                        "late, and correct; heartbeats go on",
                        PauseRows::littleCpu));
    }

    private static void zombie(Rig rig) {
        rig.open();
        rig.start(rig.processor("p1"), rig.processor("p2"));
        rig.start(rig.gateway("g1"), rig.gateway("g2"));
        rig.feed();
        rig.await("both have partitions", () -> everyGatewayHasPartitions(rig));
        rig.flows(rig.records() / 20);
        List<Window> windows = new ArrayList<>();
        double stale = 0;
        int rounds = rig.isShort() ? 1 : 3;
        for (int round = 0; round < rounds; round++) {
            GatewayChild victim = rig.gateway("g" + (1 + rig.schedule().pick(round, 2)));
            double before = victim.metric("sluice_stale_results_total");
            long fromMs = System.currentTimeMillis();
            victim.pause();
            rig.runFor(Duration.ofMillis(2L * Pipeline.SESSION_MS));
            windows.add(new Window(fromMs, System.currentTimeMillis()));
            victim.resume();
            rig.await("both have partitions again", () -> everyGatewayHasPartitions(rig));
            rig.flows(rig.records() / 20);
            stale += victim.metric("sluice_stale_results_total") - before;
        }
        rig.figure("stale_results", (long) stale);
        rig.figure("takeover_target_ms", Pipeline.SESSION_MS + 5_000);
        rig.notes().afterwards(logs -> rig.figure("takeover_ms", Figures.worstGapMs(logs.delivered, windows)));
    }

    private static boolean everyGatewayHasPartitions(Rig rig) {
        return rig.gateways().stream().allMatch(g -> g.partitions() > 0);
    }

    private static void frozenProcessor(Rig rig) {
        rig.open();
        rig.processor("p3").program(NodeProcessor.command(rig.folder()));
        rig.start(rig.processor("p1"), rig.processor("p2"), rig.processor("p3"));
        GatewayChild gateway = rig.gateway("g1");
        gateway.start();
        rig.feed();
        rig.flows(rig.records() / 20);
        long worstMs = 0;
        int rounds = rig.isShort() ? 2 : 4;
        for (int round = 0; round < rounds; round++) {
            ProcessorChild victim = rig.processor("p" + (1 + rig.schedule().pick(round, 3)));
            double downs = gateway.metric("sluice_stream_downs_total");
            long startNs = System.nanoTime();
            victim.pause();
            rig.await(
                    "the stream of " + victim.name() + " is closed",
                    () -> gateway.metric("sluice_stream_downs_total") > downs);
            worstMs = Math.max(worstMs, (System.nanoTime() - startNs) / 1_000_000);
            rig.flows(rig.records() / 40);
            double ups = gateway.metric("sluice_stream_ups_total");
            victim.resume();
            rig.await(victim.name() + " is back", () -> gateway.metric("sluice_stream_ups_total") > ups);
            rig.flows(rig.records() / 40);
        }
        rig.figure("detection_ms", worstMs);
        rig.figure("detection_bound_ms", HalfOpenRows.DETECTION_BOUND_MS);
    }

    private static void wrongClock(Rig rig) {
        // Retries make it use its backoff. A lease is far shorter than an hour, and far longer than an answer takes to
        // be
        // read on a busy machine by a gateway whose every look at the clock is slow.
        rig.pipeline().set("processor", "{ targets: $TARGETS, lease: 20s }");
        rig.open();
        rig.start(rig.processor("p1"), rig.processor("p2"));
        FakeClock clock = new FakeClock(rig.folder().resolve("clock"), rig.notes());
        GatewayChild gateway = rig.gateway("g1").by(clock.command());
        gateway.start();
        rig.feed(Mix.plain(rig.seed(), rig.partitions()).script((index, key) -> index % 50 == 0 ? "retry:1" : "ack"));
        rig.flows(rig.records() / 20);

        // Kafka's client takes the hour for a poll that took too long, and leaves the group.
        rig.notes().faultBegins("clock moved forward");
        clock.move(HOUR_S);
        long startNs = System.nanoTime();
        rig.flows(rig.records() / 20);
        rig.figure("forward_flows_again_ms", (System.nanoTime() - startNs) / 1_000_000);
        rig.notes().faultEnds("clock moved forward");
        double expired = gateway.metric(RETRIED, LEASES);
        gateway.term();
        clock.move(-HOUR_S);
        gateway.start();
        rig.flows(rig.records() / 20);

        // Kafka's client does not send heartbeats until its clock is where it was, and a poll of it may last as long:
        // the
        // group gives the member up, commits fail, and SIGTERM ends it at its limit instead of drained.
        long settled = rig.progress().settled();
        rig.notes().faultBegins("clock moved back");
        clock.move(-2 * HOUR_S);
        rig.runFor(Duration.ofSeconds(20));
        rig.figure("backward_records_in_20_s", rig.progress().settled() - settled);
        rig.figure("backward_partitions_lost", (long) gateway.metric("sluice_rebalances_total", "kind=\"lost\""));
        expired += gateway.metric(RETRIED, LEASES);
        int code = gateway.term();
        if (code != 0) {
            rig.notes().event(EventKind.GATEWAY_KILL, gateway.identity(), "not drained in time");
        }
        rig.notes().faultEnds("clock moved back");
        rig.figure("backward_exit_code", code);
        clock.move(0);
        // The library that moves the clock makes each look at it slow; the rest needs none.
        gateway.by().start();
        rig.flows(rig.records() / 20);
        rig.figure("leases_expired", (long) expired);
        Checks.require(expired == 0, "no lease runs out because the clock moves");
    }

    private static void littleCpu(Rig rig) {
        rig.open();
        rig.start(rig.processor("p1"), rig.processor("p2"));
        rig.start(rig.gateway("g1"), rig.gateway("g2"));
        rig.feed();
        rig.await("both have partitions", () -> everyGatewayHasPartitions(rig));
        rig.flows(rig.records() / 20);
        GatewayChild victim = rig.gateway("g1");
        double moved = moved(rig);
        long settled = rig.progress().settled();
        Duration time = Duration.ofSeconds(rig.isShort() ? 15 : 60);
        try (CpuQuota quota = CpuQuota.of(victim.process().pid(), 10)) {
            rig.mark("g1 gets 10 % of a CPU by " + quota.means());
            rig.figure("means", quota.means());
            rig.notes().faultBegins("little CPU for g1");
            rig.runFor(time);
        }
        rig.notes().faultEnds("little CPU for g1");
        rig.mark("g1 gets what it wants");
        rig.figure("records_per_s", (rig.progress().settled() - settled) / time.toSeconds());
        rig.figure("partitions_moved", (long) (moved(rig) - moved));
        rig.flows(rig.records() / 20);
    }

    private static double moved(Rig rig) {
        return rig.gateways().stream()
                .mapToDouble(g -> g.metric("sluice_rebalances_total"))
                .sum();
    }
}
