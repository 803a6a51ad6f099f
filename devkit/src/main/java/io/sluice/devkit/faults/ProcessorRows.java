package io.sluice.devkit.faults;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Rows that strike processors. */
final class ProcessorRows {
    private static final List<String> FOUR = List.of("p1", "p2", "p3", "p4");
    private static final Duration BURIAL = Duration.ofMinutes(4);

    private ProcessorRows() {}

    static List<Row> rows() {
        return List.of(
                Row.inShortLane(
                        "F5",
                        "processor kill -9, 1 of 4",
                        "what it held goes to the others within 1 s (p99) and is charged no attempt",
                        ProcessorRows::kill),
                Row.of(
                        "F5b",
                        "records that end each processor they are given to",
                        "they and no others become dead letters, by the streams they ended; nobody is charged an attempt",
                        ProcessorRows::deadly),
                Row.inShortLane(
                        "F8",
                        "processor answers pings and never records; one record in 2,000 gets no answer anywhere",
                        "leases run out, its records go elsewhere; the others become dead letters; no rebalance",
                        ProcessorRows::mute));
    }

    private static void kill(Rig rig) {
        startFour(rig);
        rig.feed();
        rig.flows(rig.records() / 20);
        int rounds = rig.isShort() ? 4 : 12;
        for (int round = 0; round < rounds; round++) {
            ProcessorChild victim = rig.processor(FOUR.get(rig.schedule().pick(round, FOUR.size())));
            victim.kill();
            rig.flows(rig.records() / 50);
            victim.start();
            rig.flows(rig.records() / 50);
        }
        rig.notes().afterwards(logs -> {
            List<Handling> handlings = Handling.of(logs);
            List<Long> times = Takeovers.ofKilledProcessors(logs, handlings);
            rig.figure("takeover_ms", Takeovers.quantile(times, 0.99));
            rig.figure("takeover_bound_ms", 1_000);
            rig.figure("redispatched", times.size());
            rig.figure("attempts_charged", Takeovers.chargedForDeath(logs, handlings));
        });
    }

    private static void startFour(Rig rig) {
        rig.open();
        // Slow enough that there is something in flight whenever one dies.
        FOUR.forEach(name -> rig.processor(name).behaviour("--delay", "20:80"));
        rig.start(FOUR.stream().map(rig::processor).toArray(Child[]::new));
        rig.start(rig.gateway("g1"));
    }

    private static void deadly(Rig rig) {
        startFour(rig);
        long deadly = rig.isShort() ? 1 : 2;
        long from = rig.records() / 4;
        rig.feed(Mix.plain(rig.seed(), rig.partitions())
                .script((index, key) ->
                        index >= from && index < from + deadly * 100 && index % 100 == 50 ? "die" : "ack"));
        int deaths = buryDeadly(rig, deadly);
        rig.flows(rig.records() / 20);
        rig.notes().afterwards(logs -> {
            rig.figure("deadly_records", deadly);
            rig.figure("processors_died", deaths);
            rig.figure(
                    "dead_letters_poison",
                    logs.outcomes.stream()
                            .filter(o -> o.cause().equalsIgnoreCase("POISON"))
                            .count());
            rig.figure("dead_letters", logs.outcomes.size());
            rig.figure("attempts_charged", Takeovers.chargedForDeath(logs, Handling.of(logs)));
        });
    }

    /** Feeds records that end each processor that gets them, and starts those again, until they are dead letters. */
    private static int buryDeadly(Rig rig, long deadly) {
        GatewayChild gateway = rig.gateway("g1");
        int deaths = 0;
        long deadlineNs = System.nanoTime() + BURIAL.toNanos();
        while (letters(gateway) < deadly) {
            Checks.require(
                    System.nanoTime() - deadlineNs < 0,
                    "deadly records are dead-lettered within " + BURIAL.toSeconds() + " s, not " + letters(gateway)
                            + " of " + deadly);
            for (String name : FOUR) {
                ProcessorChild processor = rig.processor(name);
                if (!processor.isUp()) {
                    rig.mark(name + " died of a record");
                    deaths++;
                    processor.startOnly();
                }
            }
            rig.runFor(Duration.ofMillis(50));
        }
        FOUR.forEach(name -> {
            if (!rig.processor(name).isUp()) {
                rig.processor(name).startOnly();
            }
        });
        rig.mark("deadly records are buried");
        Checks.require(
                gateway.metric("sluice_records_dead_lettered_total", "cause=\"poison\"") == letters(gateway),
                "nothing but what ended processors is dead-lettered");
        return deaths;
    }

    private static long letters(GatewayChild gateway) {
        return Math.round(gateway.metric("sluice_records_dead_lettered_total"));
    }

    private static void mute(Rig rig) {
        rig.pipeline()
                .set("processor", "{ targets: $TARGETS, lease: 2s }")
                .set("retry", "{ max_attempts: 3, initial_backoff: 100ms, max_backoff: 200ms }");
        rig.open();
        rig.processor("p3").behaviour("--mute", "--credit", "200");
        rig.start(rig.processor("p1"), rig.processor("p2"), rig.processor("p3"));
        rig.start(rig.gateway("g1"));
        long silent = rig.records() / 2_000;
        rig.feed(Mix.plain(rig.seed(), rig.partitions())
                .script((index, key) -> index % 2_000 == 999 && index < silent * 2_000 ? "hang" : "ack"));
        rig.mark("p3 never answers");
        rig.flows(rig.records() * 3 / 4);
        rig.figure("rebalances", rebalances(rig));
        rig.notes().afterwards(logs -> {
            List<Handling> handlings = Handling.of(logs);
            rig.figure("detection_ms", Takeovers.quantile(afterLease(handlings, 2_000), 0.99));
            rig.figure("silent_records", silent);
            rig.figure("dead_letters", logs.outcomes.size());
        });
    }

    /** For each delivery without an answer, milliseconds from the end of its lease to the record's next delivery. */
    private static List<Long> afterLease(List<Handling> handlings, long leaseMs) {
        return Takeovers.byPlace(handlings).values().stream()
                .flatMap(all -> IntStream.range(0, all.size() - 1)
                        .filter(i -> all.get(i).verdict() == null)
                        .mapToObj(i -> all.get(i + 1).delivered().t()
                                - all.get(i).delivered().t()
                                - leaseMs))
                .toList();
    }

    /** Partitions that gateways had to give up so far. */
    static long rebalances(Rig rig) {
        return Math.round(rig.gateways().stream()
                .filter(Child::isUp)
                .mapToDouble(g -> g.metric("sluice_rebalances_total", "kind=\"revoked\"")
                        + g.metric("sluice_rebalances_total", "kind=\"lost\""))
                .sum());
    }
}
