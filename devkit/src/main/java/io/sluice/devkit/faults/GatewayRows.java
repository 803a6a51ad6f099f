package io.sluice.devkit.faults;

import java.time.Duration;
import java.util.List;

/** Rows that strike gateways, or their places in the group. */
final class GatewayRows {
    private static final List<String> PROTOCOLS = List.of("classic", "consumer");

    private GatewayRows() {}

    static List<Row> rows() {
        return List.of(
                Row.inShortLane(
                        "F1",
                        "gateway kill -9, 1 of 2 and 1 of 3, both group protocols",
                        "the others take over within the session timeout and 5 s; what comes twice was in flight or not committed",
                        GatewayRows::kill),
                Row.inShortLane(
                        "F2",
                        "gateways restarted one after the other by SIGTERM, both group protocols",
                        "each drains, commits, leaves the group, exits with 0; nothing comes twice; gaps of a partition up to 3 s",
                        GatewayRows::rolling),
                Row.inShortLane(
                        "F4",
                        "rebalance storm: members join and leave every 2 s, both group protocols",
                        "work goes on meanwhile, nothing comes twice that was settled, and everything moves again afterwards",
                        GatewayRows::storm));
    }

    private static void kill(Rig rig) {
        rig.open();
        rig.start(rig.processor("p1"), rig.processor("p2"), rig.gateway("g1"), rig.gateway("g2"));
        rig.feed();
        int kills = 0;
        for (String protocol : PROTOCOLS) {
            int rounds = rig.isShort() ? (protocol.equals("classic") ? 2 : 1) : 4;
            for (int round = 0; round < rounds; round++) {
                allWork(rig);
                rig.flows(rig.records() / 50);
                List<GatewayChild> there = List.copyOf(rig.gateways());
                GatewayChild victim = there.get(rig.schedule().pick(kills++, there.size()));
                victim.kill();
                rig.gateway("g3");
                // The dead one comes back when its partitions have been given to others.
                rig.await("others have all partitions", () -> partitionsOfLiving(rig) == rig.partitions());
                rig.runFor(Duration.ofMillis(rig.schedule().between(kills, 100, 500)));
                rig.gateways().stream().filter(g -> !g.isUp()).forEach(Child::startOnly);
            }
            if (protocol.equals("classic")) {
                allWork(rig);
                switchTo(rig, "consumer");
            }
        }
        allWork(rig);
        rig.notes().afterwards(logs -> {
            List<Long> times = Takeovers.ofKilledGateways(logs);
            rig.figure("takeover_ms", Takeovers.quantile(times, 1));
            rig.figure("takeover_p50_ms", Takeovers.quantile(times, 0.5));
            rig.figure("takeover_bound_ms", Pipeline.SESSION_MS + 5_000);
            rig.figure("orphaned_partitions", times.size());
        });
    }

    private static void rolling(Rig rig) {
        rig.open();
        rig.start(rig.processor("p1"), rig.processor("p2"), rig.gateway("g1"), rig.gateway("g2"));
        rig.feed();
        int laps = rig.isShort() ? 1 : 3;
        for (String protocol : PROTOCOLS) {
            // The second lap takes the group from one protocol to the other, a member at a time.
            rig.pipeline().protocol(protocol);
            for (int lap = 0; lap < laps; lap++) {
                for (GatewayChild gateway : List.copyOf(rig.gateways())) {
                    allWork(rig);
                    rig.flows(rig.records() / 50);
                    endCleanly(gateway);
                    gateway.start();
                }
            }
        }
        allWork(rig);
        rig.notes().afterwards(logs -> {
            List<Long> gaps = Takeovers.gapsOfEndedGateways(logs);
            rig.figure("takeover_ms", Takeovers.quantile(gaps, 1));
            rig.figure("gap_p50_ms", Takeovers.quantile(gaps, 0.5));
            rig.figure("gap_bound_ms", 3_000);
        });
    }

    private static void storm(Rig rig) {
        rig.open();
        rig.start(rig.processor("p1"), rig.processor("p2"), rig.gateway("g1"), rig.gateway("g2"));
        rig.feed();
        int cycles = rig.isShort() ? 5 : 20;
        int tick = 0;
        double worstShare = 1;
        for (String protocol : PROTOCOLS) {
            allWork(rig);
            double before = rate(rig, () -> rig.runFor(Duration.ofSeconds(2)));
            int first = tick;
            tick += cycles;
            double during = rate(rig, () -> storm(rig, protocol, first, cycles));
            worstShare = Math.min(worstShare, before == 0 ? 1 : during / before);
            rig.mark("storm is over");
            allWork(rig);
            if (protocol.equals("classic")) {
                switchTo(rig, "consumer");
            }
        }
        rig.figure("rate_share_in_storm", Math.round(worstShare * 100) / 100.0);
        rig.figure("rate_share_bound", 0.3);
    }

    /** Members come and go: some stay for a while, some leave before they have been given anything. */
    private static void storm(Rig rig, String protocol, int first, int cycles) {
        for (int tick = first; tick < first + cycles; tick++) {
            long stays = rig.schedule().happens(tick, 0.3) ? 0 : rig.schedule().between(tick, 500, 3_000);
            rig.mark("join " + stays + " ms");
            try (Intruder member = new Intruder(rig, protocol)) {
                rig.runFor(Duration.ofMillis(stays));
                if (stays >= 2_000) {
                    rig.await("the new member has partitions", () -> member.partitions() > 0);
                }
            }
            rig.runFor(Duration.ofMillis(Math.max(200, 2_000 - stays)));
        }
    }

    private interface Work {
        void run();
    }

    /** Records settled a second while {@code work} is done. */
    private static double rate(Rig rig, Work work) {
        long settled = rig.progress().settled();
        long startNs = System.nanoTime();
        work.run();
        return (rig.progress().settled() - settled) / ((System.nanoTime() - startNs) / 1e9);
    }

    /** Every gateway runs and has partitions. */
    static void allWork(Rig rig) {
        rig.gateways().forEach(Child::awaitReady);
        rig.await(
                "every gateway has partitions",
                () -> rig.gateways().stream().allMatch(g -> g.partitions() > 0)
                        && rig.gateways().stream()
                                        .mapToInt(GatewayChild::partitions)
                                        .sum()
                                == rig.partitions());
    }

    private static int partitionsOfLiving(Rig rig) {
        return rig.gateways().stream()
                .filter(Child::isUp)
                .mapToInt(GatewayChild::partitions)
                .sum();
    }

    /** Ends all gateways and starts them with another group protocol; the group keeps its offsets. */
    private static void switchTo(Rig rig, String protocol) {
        List<GatewayChild> gateways = List.copyOf(rig.gateways());
        gateways.forEach(Child::ask);
        gateways.forEach(GatewayRows::endedCleanly);
        rig.pipeline().protocol(protocol);
        rig.mark("protocol " + protocol);
        rig.start(gateways.toArray(Child[]::new));
    }

    private static void endCleanly(GatewayChild gateway) {
        gateway.ask();
        endedCleanly(gateway);
    }

    private static void endedCleanly(GatewayChild gateway) {
        int code = gateway.ended();
        if (code != 0) {
            throw new IllegalStateException(gateway.name() + " ended with exit code " + code
                    + " after SIGTERM; its last output:\n" + gateway.process().tail(8));
        }
    }
}
