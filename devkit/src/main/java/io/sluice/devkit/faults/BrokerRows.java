package io.sluice.devkit.faults;

import io.sluice.devkit.kafka.BrokerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows that strike the only broker. */
final class BrokerRows {
    private static final int SESSION_MS = 30_000;

    private BrokerRows() {}

    static List<Row> rows() {
        return List.of(Row.inShortLane(
                "F14",
                "broker restarted cleanly, killed with -9, stopped by SIGSTOP, each for less than the session timeout",
                "no rebalance, commits are tried again, work goes on within 5 s of its return; nothing comes twice",
                BrokerRows::strike));
    }

    private static void strike(Rig rig) {
        SoloCluster cluster = rig.use(SoloCluster.start(Map.of()));
        rig.pipeline()
                .sourceKafka("session.timeout.ms", Integer.toString(SESSION_MS))
                .kafka("reconnect.backoff.max.ms", "500");
        rig.open();
        rig.start(rig.processor("p1"), rig.processor("p2"), rig.gateway("g1"), rig.gateway("g2"));
        rig.feed();
        GatewayRows.allWork(rig);
        long moved = ProcessorRows.rebalances(rig);
        List<Long> returns = new ArrayList<>();
        BrokerProcess broker = cluster.broker();
        int rounds = rig.isShort() ? 1 : 2;
        for (int round = 0; round < rounds; round++) {
            away(rig, returns, "broker restarts cleanly", () -> {
                broker.stop();
                broker.restart();
            });
            away(rig, returns, "broker kill -9", () -> {
                broker.kill();
                broker.restart();
            });
            away(rig, returns, "broker SIGSTOP", () -> {
                broker.pause();
                rig.runFor(Duration.ofSeconds(rig.isShort() ? 6 : 20));
                broker.resume();
            });
        }
        rig.flows(rig.records() / 20);
        rig.figure("rebalances", ProcessorRows.rebalances(rig) - moved);
        rig.notes().afterwards(logs -> {
            // The first commit after a return: deliveries may go on from what was fetched before.
            List<Long> times = returns.stream()
                    .map(back -> logs.commits.stream()
                                    .mapToLong(c -> c.t())
                                    .filter(t -> t >= back)
                                    .min()
                                    .orElse(Handling.NEVER)
                            - back)
                    .toList();
            rig.figure("takeover_ms", Takeovers.quantile(times, 1));
            rig.figure("takeover_bound_ms", 5_000);
        });
    }

    private static void away(Rig rig, List<Long> returns, String what, Runnable fault) {
        rig.flows(rig.records() / 20);
        rig.mark(what);
        rig.notes().faultBegins(what);
        fault.run();
        rig.notes().faultEnds(what);
        returns.add(System.currentTimeMillis());
        rig.mark("broker is back");
    }
}
