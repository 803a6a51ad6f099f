package io.sluice.devkit.faults;

import io.sluice.devkit.faults.Figures.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Rows about how streams to processors behave: slow, ended politely, minded. */
final class StreamRows {
    private static final String DOWNS = "sluice_stream_downs_total";
    private static final String UPS = "sluice_stream_ups_total";
    /** Records that row F9 lets be in flight: less than its processors would take. */
    private static final int WINDOW = 200;

    private StreamRows() {}

    static List<Row> rows() {
        return List.of(
                Row.of(
                        "F9",
                        "slow acks: 10 to 200 ms, 1 % of 1 s, some of 40 s",
                        "back-pressure by pausing partitions; no rebalance; memory stays flat",
                        StreamRows::slow),
                Row.of(
                        "F12",
                        "GOAWAY: connections of limited age without and with a grace, graceful restarts of processors",
                        "what was acknowledged is not sent again, but for answers that a cut-off loses; no gap of more than a second",
                        StreamRows::goodbye),
                Row.of(
                        "F13",
                        "server that minds pings (5 min, gRPC's default), and a Node server with its defaults",
                        "pings less often after each complaint: at most one reconnect a minute",
                        StreamRows::tooManyPings));
    }

    private static void slow(Rig rig) {
        rig.pipeline()
                .set(
                        "processor",
                        "{ targets: $TARGETS, lease: 10s, max_lease: 2m, batch: { records: " + WINDOW / 4 + " } }")
                .set("in_flight", "{ records: " + WINDOW + " }");
        rig.open();
        for (String name : List.of("p1", "p2")) {
            rig.processor(name).behaviour("--delay", "10:200", "--tail", "0.01:1000", "--extend");
        }
        rig.start(rig.processor("p1"), rig.processor("p2"));
        GatewayChild gateway = rig.gateway("g1");
        gateway.start();
        double moved = gateway.metric("sluice_rebalances_total");
        long every = Math.max(1, rig.records() / 8);
        rig.feed(
                Mix.plain(rig.seed(), rig.partitions())
                        .keys(5_000)
                        .script((index, key) ->
                                index % every == every / 2 && index < rig.records() / 2 ? "ack:40000" : "ack"),
                8_000,
                4_000);
        rig.flows(rig.records() / 10);
        double heap = heap(gateway);
        double most = heap;
        long goal = rig.progress().settled() + rig.records() * 3 / 4;
        int looks = 0;
        int paused = 0;
        long fromMs = System.currentTimeMillis();
        while (rig.progress().settled() < goal) {
            rig.runFor(Duration.ofMillis(500));
            most = Math.max(most, heap(gateway));
            looks++;
            paused += gateway.metric("sluice_partitions_paused") > 0 ? 1 : 0;
        }
        Window window = new Window(fromMs, System.currentTimeMillis());
        rig.figure("partitions_moved", (long) (gateway.metric("sluice_rebalances_total") - moved));
        rig.figure("heap_bytes_early", (long) heap);
        rig.figure("heap_bytes_most", (long) most);
        rig.figure("looks", looks);
        rig.figure("looks_with_paused_partitions", paused);
        rig.figure("leases_expired", (long) gateway.metric("sluice_records_retried_total", "cause=\"lease_expired\""));
        rig.notes().afterwards(logs -> windowOverLatency(rig, logs, window));
        Checks.require(paused > 0, "a full window pauses partitions");
        Checks.require(gateway.metric("sluice_rebalances_total") == moved, "slow processors cause no rebalance");
    }

    /**
     * Little's law: what is in flight at once, over how long each takes, is the rate. In flight is less than the window:
     * an eighth is kept for partitions that hold nothing, and each of n partitions takes at most twice what is then free,
     * so that all take 2n of 2n + 1 parts (ADR 7).
     */
    private static void windowOverLatency(Rig rig, RunLogs logs, Window window) {
        double latencyMs = Handling.of(logs).stream()
                .filter(h -> h.verdict() != null
                        && h.delivered().t() >= window.fromMs()
                        && h.delivered().t() <= window.toMs())
                .mapToLong(h -> h.answeredAt() - h.delivered().t())
                .average()
                .orElse(1);
        double filled = WINDOW * 7 / 8.0 * 2 * rig.partitions() / (2 * rig.partitions() + 1);
        long possible = Math.round(filled / latencyMs * 1_000);
        long done = Figures.countIn(logs.delivered, window) / window.seconds();
        rig.figure("latency_ms", Math.round(latencyMs));
        rig.figure("window", WINDOW);
        rig.figure("window_filled", Math.round(filled));
        rig.figure("records_per_s", done);
        rig.figure("window_over_latency_per_s", possible);
        rig.figure("share", Math.round(100.0 * done / possible) / 100.0);
        rig.figure("share_target", 0.9);
    }

    private static double heap(GatewayChild gateway) {
        return gateway.metric("jvm_memory_used_bytes", "area=\"heap\"");
    }

    private static void goodbye(Rig rig) {
        rig.open();
        rig.processor("p3").program(NodeProcessor.command(rig.folder()));
        List<String> names = List.of("p1", "p2", "p3");
        names.forEach(name -> rig.processor(name).behaviour("--max-age", "5000", "--delay", "5:20"));
        rig.start(rig.processor("p1"), rig.processor("p2"), rig.processor("p3"));
        GatewayChild gateway = rig.gateway("g1");
        gateway.start();
        rig.feed();
        rig.flows(rig.records() / 20);
        List<Window> windows = new ArrayList<>();
        int rounds = rig.isShort() ? 3 : 9;
        for (int round = 0; round < rounds; round++) {
            ProcessorChild leaving = rig.processor(names.get(round % names.size()));
            windows.add(restart(rig, leaving));
            rig.flows(rig.records() / 50);
        }
        double downs = gateway.metric(DOWNS);
        Checks.require(
                downs == rounds, "a server that waits for its streams ends none, but for " + rounds + " restarts");

        // With a grace a server ends its streams a second after the GOAWAY, whatever is open on them.
        List.of("p2", "p3").forEach(name -> {
            ProcessorChild processor =
                    rig.processor(name).behaviour("--max-age", "5000", "--max-age-grace", "1000", "--delay", "5:20");
            windows.add(restart(rig, processor));
        });
        rig.mark("a grace of a second");
        long politeUntilMs = System.currentTimeMillis();
        double before = gateway.metric(DOWNS);
        int cuts = rig.isShort() ? 2 : 6;
        rig.await("streams are cut off after their grace", () -> gateway.metric(DOWNS) >= before + cuts);
        windows.add(new Window(politeUntilMs, System.currentTimeMillis()));
        rig.flows(rig.records() / 50);
        rig.figure("restarts", windows.size() - 1);
        rig.figure("cut_off", (long) (gateway.metric(DOWNS) - before));
        rig.notes().afterwards(logs -> {
            long politely = Figures.ackedTwice(logs, politeUntilMs);
            rig.figure("gap_ms_max", Figures.worstGapMs(logs.delivered, windows));
            rig.figure("gap_target_ms", 1_000);
            rig.figure("acked_twice", politely);
            rig.figure("acked_twice_after_cut_off", Figures.ackedTwice(logs, Long.MAX_VALUE) - politely);
        });
    }

    /** Ends a processor politely and starts it again; returns from when to when. */
    private static Window restart(Rig rig, ProcessorChild leaving) {
        GatewayChild gateway = rig.gateway("g1");
        long fromMs = System.currentTimeMillis();
        int code = leaving.term();
        Checks.require(code == 0 || code == 143, leaving.name() + " ends by itself, not with " + code);
        rig.flows(rig.records() / 50);
        double ups = gateway.metric(UPS);
        leaving.start();
        rig.await(leaving.name() + " is dialled again", () -> gateway.metric(UPS) > ups);
        return new Window(fromMs, System.currentTimeMillis());
    }

    private static void tooManyPings(Rig rig) {
        rig.open();
        rig.processor("p1").behaviour("--permit-keepalive", "300000");
        rig.processor("p2").program(NodeProcessor.command(rig.folder()));
        rig.start(rig.processor("p1"), rig.processor("p2"));
        GatewayChild gateway = rig.gateway("g1");
        gateway.start();
        // A server forgives pings when it has something to say, so the fault needs silence.
        rig.feed(Mix.plain(rig.seed(), rig.partitions()), 5_000, 20_000).end();
        rig.await("everything is settled", () -> rig.lag() == 0);
        double ups = gateway.metric(UPS);
        rig.mark("nothing to do");
        long minutes = rig.isShort() ? 1 : 2;
        rig.runFor(Duration.ofMinutes(minutes).plusSeconds(10));
        double again = gateway.metric(UPS) - ups;
        rig.figure("reconnects", (long) again);
        rig.figure("reconnects_per_minute", again / minutes);
        rig.figure("reconnects_per_minute_target", 1);
        rig.await("both processors are connected", () -> gateway.metric("sluice_streams", "state=\"up\"") >= 2);
        Checks.require(again <= minutes, "at most one reconnect a minute, not " + again + " in " + minutes);
    }
}
