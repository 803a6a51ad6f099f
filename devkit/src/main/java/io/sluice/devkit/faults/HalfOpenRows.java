package io.sluice.devkit.faults;

import io.sluice.devkit.proxy.Route;
import io.sluice.devkit.proxy.Toxics;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Rows in which a connection is there and nothing comes through. */
final class HalfOpenRows {
    /** Keepalive time and timeout of streams to processors, 10 s and 5 s. */
    private static final long DETECTION_MS = 15_000;

    /**
     * The silence begins with the last byte read, which was on its way when the fault began; the gateway's timers are late by a turn of its
     * event loop; and the row looks at the gateway's metrics every 50 ms only. So a fault is never seen found after 15.000 s sharp.
     */
    static final long DETECTION_BOUND_MS = DETECTION_MS + 250;

    private HalfOpenRows() {}

    static List<Row> rows() {
        return List.of(Row.inShortLane(
                "F7",
                "half-open TCP, no FIN: to a processor, then to the broker",
                "the stream is closed within keepalive time and timeout, its records go elsewhere; the consumer goes on by itself",
                HalfOpenRows::strike));
    }

    private static void strike(Rig rig) {
        ProxiedCluster cluster = rig.use(ProxiedCluster.start(rig.seed(), 1, Map.of()));
        Route toP1 = cluster.inFrontOf(rig.processor("p1"));
        rig.pipeline()
                .kafka("request.timeout.ms", "4000")
                .kafka("default.api.timeout.ms", "6000")
                .kafka("reconnect.backoff.max.ms", "500");
        rig.open();
        List.of("p1", "p2").forEach(name -> rig.processor(name).behaviour("--delay", "5:20"));
        rig.start(rig.processor("p1"), rig.processor("p2"), rig.gateway("g1"));
        rig.feed();
        rig.flows(rig.records() / 20);
        toProcessor(rig, toP1);
        rig.flows(rig.records() / 20);
        toBroker(rig, cluster);
        rig.flows(rig.records() / 20);
    }

    private static void toProcessor(Rig rig, Route route) {
        GatewayChild gateway = rig.gateway("g1");
        double downs = gateway.metric("sluice_stream_downs_total");
        rig.mark("half-open to p1");
        rig.notes().faultBegins("half-open to p1");
        long startNs = System.nanoTime();
        route.toxics(Toxics.NONE.stall());
        rig.await(
                "the stream to p1 is closed",
                Duration.ofMillis(4 * DETECTION_MS),
                () -> gateway.metric("sluice_stream_downs_total") > downs);
        rig.figure("detection_ms", (System.nanoTime() - startNs) / 1_000_000);
        rig.figure("detection_bound_ms", DETECTION_BOUND_MS);
        rig.mark("found");
        rig.flows(rig.records() / 20);
        double ups = gateway.metric("sluice_stream_ups_total");
        route.reset();
        route.heal();
        rig.await("p1 is back", () -> gateway.metric("sluice_stream_ups_total") > ups);
        rig.notes().faultEnds("half-open to p1");
    }

    /** Longer than a request may take, and than the session: the group gives its only member up. */
    private static void toBroker(Rig rig, ProxiedCluster cluster) {
        rig.mark("half-open to the broker");
        rig.notes().faultBegins("half-open to the broker");
        cluster.routes(route -> route.toxics(Toxics.NONE.stall()));
        rig.runFor(Duration.ofMillis(rig.isShort() ? Pipeline.SESSION_MS + 2_000 : 20_000));
        cluster.routes(route -> {
            route.reset();
            route.heal();
        });
        rig.notes().faultEnds("half-open to the broker");
        rig.mark("broker is back");
        long backMs = System.currentTimeMillis();
        rig.notes()
                .afterwards(
                        logs -> rig.figure("takeover_ms", Figures.worstFirstCommitMs(logs.commits, List.of(backMs))));
    }
}
