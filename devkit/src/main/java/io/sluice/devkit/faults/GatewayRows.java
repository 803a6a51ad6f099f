package io.sluice.devkit.faults;

import java.time.Duration;
import java.util.List;

/** Rows that strike gateways. */
final class GatewayRows {
    private GatewayRows() {}

    static List<Row> rows() {
        return List.of(Row.inShortLane(
                "F1",
                "gateway kill -9, 1 of 2 and 1 of 3",
                "the others take over within detection and 5 s; at most what was in flight or uncommitted comes twice",
                GatewayRows::kill));
    }

    private static void kill(Rig rig) {
        rig.open();
        List.of("p1", "p2").forEach(name -> rig.processor(name).start());
        List.of("g1", "g2").forEach(name -> rig.gateway(name).startOnly());
        List.of("g1", "g2").forEach(name -> rig.gateway(name).awaitReady());
        rig.feed();
        rig.flows(rig.records() / 20);
        int rounds = rig.isShort() ? 2 : 6;
        for (int round = 0; round < rounds; round++) {
            GatewayChild victim = rig.gateway("g" + (1 + rig.schedule().pick(round, round == 0 ? 2 : 3)));
            victim.kill();
            rig.runFor(Duration.ofMillis(rig.schedule().between(round, 500, 2_000)));
            if (round == 0) {
                rig.gateway("g3").start();
            }
            victim.start();
            rig.await(
                    "every gateway has partitions",
                    () -> rig.gateways().stream().allMatch(g -> g.partitions() > 0));
            rig.flows(rig.records() / 20);
        }
    }
}
