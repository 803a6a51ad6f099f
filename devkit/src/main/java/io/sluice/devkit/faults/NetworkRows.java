package io.sluice.devkit.faults;

import io.sluice.devkit.faults.Figures.Window;
import io.sluice.devkit.proxy.Delay;
import io.sluice.devkit.proxy.Direction;
import io.sluice.devkit.proxy.Door;
import io.sluice.devkit.proxy.Route;
import io.sluice.devkit.proxy.Toxics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Rows that strike the ways between gateways and what they talk to. */
final class NetworkRows {
    private static final String REBALANCES = "sluice_rebalances_total";

    private NetworkRows() {}

    static List<Row> rows() {
        return List.of(
                Row.of(
                        "F10",
                        "processor stops reading, 100 KiB records, 64 MiB of direct memory",
                        "nothing is sent unless the stream is ready; no OutOfDirectMemoryError",
                        NetworkRows::deafProcessor),
                Row.of(
                        "F15",
                        "coordinator unavailable, answers to commits lost",
                        "an offset stays dirty until it is confirmed, and is committed again",
                        NetworkRows::lostCommits),
                Row.of(
                        "F16",
                        "one-way loss, 100 ms and 3 Mbit/s, 1 % RST",
                        "slower, and correct; no rebalance while heartbeats pass",
                        NetworkRows::poorNetwork));
    }

    private static void deafProcessor(Rig rig) {
        ProxiedCluster cluster = rig.use(ProxiedCluster.start(rig.seed(), 1, Map.of()));
        Route way = cluster.inFrontOf(rig.processor("p1"));
        rig.pipeline().set("in_flight", "{ records: 4000, bytes: 192MiB }");
        rig.open();
        rig.processor("p1").start();
        GatewayChild gateway = rig.gateway("g1").flags("-Xmx640m", "-XX:MaxDirectMemorySize=64m");
        gateway.start();
        // A tenth of a gigabyte in all, whatever the number of records.
        long every = Math.max(1, rig.records() / 1_000);
        rig.feed(Mix.plain(rig.seed(), rig.partitions()).large(every, 100 << 10));
        rig.flows(rig.records() / 20);
        long budget = (long) gateway.metric("sluice_stream_memory_limit_bytes");
        long direct = 0;
        long jvm = 0;
        int rounds = rig.isShort() ? 2 : 5;
        for (int round = 0; round < rounds; round++) {
            rig.mark("p1 reads nothing");
            rig.notes().faultBegins("deaf p1");
            // Less than the keepalive: the stream is to survive it.
            way.toxics(Direction.UP, Toxics.NONE.stall());
            for (int second = 0; second < 8; second++) {
                rig.runFor(Duration.ofSeconds(1));
                direct = Math.max(direct, (long) gateway.metric("sluice_stream_memory_bytes"));
                jvm = Math.max(jvm, (long) gateway.metric("jvm_buffer_memory_used_bytes", "id=\"direct\""));
            }
            way.heal();
            rig.notes().faultEnds("deaf p1");
            rig.flows(rig.records() / 20);
        }
        rig.mark("p1 reads 1 MiB/s");
        way.toxics(Direction.UP, Toxics.NONE.rate(1 << 20));
        rig.runFor(Duration.ofSeconds(10));
        way.heal();
        rig.figure("direct_bytes_max", direct);
        rig.figure("direct_bytes_max_by_jvm", jvm);
        rig.figure("direct_bytes_bound", budget);
        rig.figure("stream_downs", (long) gateway.metric("sluice_stream_downs_total"));
        Checks.require(direct > 0 && direct <= budget, "connections keep to " + budget + " bytes, not " + direct);
        Checks.outputLacks(gateway, "OutOfDirectMemory", "OutOfMemory");
    }

    private static void lostCommits(Rig rig) {
        ProxiedCluster cluster = rig.use(ProxiedCluster.start(rig.seed(), 1, Map.of()));
        rig.open();
        rig.processor("p1").start();
        GatewayChild gateway = rig.gateway("g1");
        gateway.start();
        rig.feed();
        rig.flows(rig.records() / 20);
        double rebalances = gateway.metric(REBALANCES);
        List<Long> healedMs = new ArrayList<>();
        int rounds = rig.isShort() ? 4 : 10;
        for (int round = 0; round < rounds; round++) {
            String what = round % 2 == 0 ? "answers lost" : "coordinator away";
            rig.mark(what);
            rig.notes().faultBegins(what);
            if (round % 2 == 0) {
                // Requests pass, so commits are done; the answers never come, and then the connection is gone.
                cluster.routes(way -> way.toxics(Direction.DOWN, Toxics.NONE.stall()));
                rig.runFor(Duration.ofMillis(rig.schedule().between(round, 700, 2_500)));
                cluster.routes(Route::reset);
            } else {
                cluster.routes(way -> way.door(Door.REFUSE));
                cluster.routes(Route::reset);
                rig.runFor(Duration.ofMillis(rig.schedule().between(round, 700, 2_500)));
            }
            cluster.routes(Route::heal);
            rig.notes().faultEnds(what);
            healedMs.add(System.currentTimeMillis());
            rig.flows(rig.records() / 40);
        }
        rig.figure("commit_failures", (long) gateway.metric("sluice_commit_failures_total"));
        rig.figure("partitions_moved", (long) (gateway.metric(REBALANCES) - rebalances));
        rig.notes().afterwards(logs -> {
            rig.figure("commit_staleness_ms_max", Figures.worstCommitGapMs(logs.commits));
            rig.figure("commit_after_heal_ms_max", Figures.worstFirstCommitMs(logs.commits, healedMs));
            rig.figure("acked_twice", Figures.ackedTwice(logs));
        });
    }

    private static void poorNetwork(Rig rig) {
        ProxiedCluster cluster = rig.use(ProxiedCluster.start(rig.seed(), 1, Map.of()));
        Route way = cluster.inFrontOf(rig.processor("p1"));
        rig.pipeline().kafka("request.timeout.ms", "6000");
        rig.open();
        rig.processor("p1").start();
        GatewayChild gateway = rig.gateway("g1");
        gateway.start();
        rig.feed();
        rig.flows(rig.records() / 20);
        double rebalances = gateway.metric(REBALANCES);
        long longMs = rig.isShort() ? 15_000 : 60_000;
        phase(rig, cluster, way, "half of all answers lost", 10_000, Direction.DOWN, Toxics.NONE.stall(0.5));
        phase(
                rig,
                cluster,
                way,
                "100 ms and 3 Mbit/s",
                longMs,
                null,
                Toxics.NONE
                        .delay(new Delay.Jitter(Duration.ofMillis(100), Duration.ofMillis(10)))
                        .rate(375_000));
        rig.figure("partitions_moved_slow", (long) (gateway.metric(REBALANCES) - rebalances));
        phase(rig, cluster, way, "1 % RST", 15_000, null, Toxics.NONE.reset(0.01));
        rig.figure("partitions_moved", (long) (gateway.metric(REBALANCES) - rebalances));
        rig.figure("connections_reset", way.counts().reset());
        rig.flows(rig.records() / 40);
    }

    private static void phase(
            Rig rig,
            ProxiedCluster cluster,
            Route toProcessor,
            String what,
            long forMs,
            @Nullable Direction only,
            Toxics toxics) {
        rig.mark(what);
        rig.notes().faultBegins(what);
        long settled = rig.progress().settled();
        long fromMs = System.currentTimeMillis();
        Consumer<Route> spoil = way -> {
            if (only == null) {
                way.toxics(toxics);
            } else {
                way.toxics(only, toxics);
            }
        };
        cluster.routes(spoil);
        spoil.accept(toProcessor);
        rig.runFor(Duration.ofMillis(forMs));
        Window window = new Window(fromMs, System.currentTimeMillis());
        rig.figure("records_per_s " + what, (rig.progress().settled() - settled) / window.seconds());
        cluster.routes(Route::heal);
        toProcessor.heal();
        rig.notes().faultEnds(what);
        rig.flows(1);
    }
}
