package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.EventKind;
import io.sluice.devkit.oracle.LogRecord.Event;
import io.sluice.devkit.oracle.LogRecord.Outcome;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows about what outlives a gateway: completions above the committed offset, and attempts. */
final class SurvivalRows {
    private static final int MAX_ATTEMPTS = 5;
    private static final int POISON = 1_000;
    private static final int POISONED = 7;

    private SurvivalRows() {}

    static List<Row> rows() {
        return List.of(
                Row.of(
                        "poison",
                        "one key in 1,000 fails for ever; a gateway is killed with -9 every 20 s",
                        "each record of such a key is dead-lettered after 5 attempts; the others keep 90 % of their rate",
                        SurvivalRows::poison),
                Row.of(
                        "completions",
                        "gateway kill -9 with out-of-order completions in a sparse window, within and beyond the metadata's limit",
                        "at most 2 % of them come again; beyond the limit more, and nothing is lost",
                        SurvivalRows::completions));
    }

    private static void poison(Rig rig) {
        rig.pipeline()
                .set(
                        "retry",
                        "{ max_attempts: " + MAX_ATTEMPTS
                                + ", initial_backoff: 50ms, max_backoff: 500ms, multiplier: 2 }");
        rig.open();
        rig.start(rig.processor("p1"), rig.processor("p2"), rig.gateway("g1"), rig.gateway("g2"));
        long calm = rig.records() / 4;
        rig.feed(Mix.plain(rig.seed(), rig.partitions())
                .keys(4 * POISON)
                .script((index, key) -> index >= calm && key % POISON == POISONED ? "retry:*" : "ack"));
        GatewayRows.allWork(rig);
        rig.flows(calm / 2);
        double before = rate(rig, Duration.ofSeconds(rig.isShort() ? 2 : 5));
        rig.await("poison is fed", () -> rig.produced() > calm + POISON);
        rig.mark("poison");
        double with = rate(rig, Duration.ofSeconds(rig.isShort() ? 4 : 10));
        int kills = rig.isShort() ? 1 : 3;
        for (int kill = 0; kill < kills; kill++) {
            GatewayChild victim = rig.gateway("g" + (1 + rig.schedule().pick(kill, 2)));
            victim.kill();
            rig.runFor(Duration.ofMillis(rig.schedule().between(kill, 1_000, 3_000)));
            victim.start();
            rig.runFor(Duration.ofSeconds(rig.isShort() ? 8 : 17));
        }
        rig.figure("good_rate_share", Math.round(with / before * 100) / 100.0);
        rig.figure("good_rate_share_bound", 0.9);
        rig.notes().afterwards(logs -> {
            Set<String> buried = new HashSet<>();
            logs.outcomes.forEach(o -> buried.add(o.origPartition() + "@" + o.origOffset()));
            rig.figure("poison_records", poisonous(logs, calm));
            rig.figure("dead_lettered", buried.size());
            rig.figure(
                    "not_after_5_attempts",
                    logs.outcomes.stream().filter(o -> !afterAllAttempts(o)).count());
        });
    }

    private static boolean afterAllAttempts(Outcome letter) {
        return letter.cause().equalsIgnoreCase("attempts") && letter.attempts() == MAX_ATTEMPTS;
    }

    private static long poisonous(RunLogs logs, long calm) {
        return logs.produced.stream()
                .filter(p -> p.offset() >= 0 && Long.parseLong(p.uid()) >= calm && isPoison(p.key()))
                .count();
    }

    private static boolean isPoison(@Nullable String key) {
        return key != null && Integer.parseInt(key.substring(1)) % POISON == POISONED;
    }

    private static double rate(Rig rig, Duration time) {
        long settled = rig.progress().settled();
        long startNs = System.nanoTime();
        rig.runFor(time);
        return (rig.progress().settled() - settled) / ((System.nanoTime() - startNs) / 1e9);
    }

    /** First with few holes, whose completions fit into the metadata; then with so many that they do not. */
    private static void completions(Rig rig) {
        rig.pipeline()
                .set("ordering", "none")
                .set("in_flight", "{ records: 30000 }")
                .set("processor", "{ targets: $TARGETS, lease: 10m }");
        rig.open();
        ProcessorChild processor = rig.processor("p1");
        long half = rig.records() / 2;
        Feed feed = rig.feed(
                Mix.plain(rig.seed(), rig.partitions())
                        .script((index, key) -> index % (index < half ? 500 : 4) == 0 ? "hold" : "ack"),
                8_000,
                Long.MAX_VALUE);
        feed.limit(half);
        for (String phase : List.of("sparse", "dense")) {
            processor.behaviour("--credit", "30000", "--delay", "0:0");
            rig.start(processor, rig.gateway("g1"));
            long holes = (half + (phase.equals("sparse") ? 499 : 3)) / (phase.equals("sparse") ? 500 : 4);
            long goal = phase.equals("sparse") ? half - holes : 2 * half - holes;
            rig.await("all but the holes is settled", () -> rig.progress().settled() >= goal);
            rig.runFor(Duration.ofSeconds(2));
            rig.mark(phase + ": " + holes + " holes");
            rig.gateway("g1").kill();
            rig.notes().event("mark", phase, "");
            processor.kill();
            processor.behaviour("--credit", "30000", "--delay", "0:0", "--let-go");
            rig.start(processor, rig.gateway("g1"));
            rig.await("the holes are settled", () -> rig.lag() == 0);
            rig.gateway("g1").term();
            processor.term();
            feed.limit(Long.MAX_VALUE);
        }
        rig.start(processor, rig.gateway("g1"));
        rig.notes().afterwards(logs -> again(rig, logs, half));
    }

    private static void again(Rig rig, RunLogs logs, long half) {
        List<Handling> handlings = Handling.of(logs);
        List<Event> kills = logs.events.stream()
                .filter(e -> e.kind().equals(EventKind.GATEWAY_KILL))
                .toList();
        String[] phases = {"sparse", "dense"};
        for (int i = 0; i < Math.min(2, kills.size()); i++) {
            long t = kills.get(i).t();
            Set<Handling.Place> done = new HashSet<>();
            Set<Handling.Place> again = new HashSet<>();
            long from = i == 0 ? 0 : kills.get(i - 1).t();
            for (Handling h : handlings) {
                if (h.terminal() && h.answeredAt() >= from && h.answeredAt() <= t) {
                    done.add(h.place());
                } else if (h.delivered().t() > t && done.contains(h.place())) {
                    again.add(h.place());
                }
            }
            rig.figure(phases[i] + "_completions", done.size());
            rig.figure(phases[i] + "_redelivered", again.size());
        }
        rig.figure("sparse_redelivered_bound", half / 50);
    }
}
