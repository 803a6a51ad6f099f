package io.sluice.bench;

import io.sluice.bench.report.Outcome;
import io.sluice.bench.report.Round;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Contenders that handle the same records, each with a group of its own, one after the other in every round (A B C, A B C, ...): what
 * disturbs the machine for a while disturbs all of them. Those with the same load read the same topic.
 *
 * <p>The records of a round are written before it, while all hold still. A slow contender takes fewer of them, so that its round is not
 * longer than others'; it goes on where it stopped, in records that are waiting. There are always some more than a round takes: whoever
 * reads ahead has as much in hand when a round begins as when it ends.
 */
final class Comparison {
    private static final long AHEAD_BYTES = 192 << 20;
    private static final long AHEAD_RECORDS = 500_000;
    // A pipeline's in_flight, and what its consumer has fetched.
    private static final long AHEAD_RECORDS_OF_A_TOPIC = 50_000;

    private final Bench bench;
    private final Stage stage;
    private final String suite;
    private final String scenario;
    private final List<Map.Entry<Load, Entry>> entries = new ArrayList<>();
    private final Map<Load, String> topics = new LinkedHashMap<>();
    private final Map<Load, List<Turn>> turns = new LinkedHashMap<>();
    private Effort effort;
    private long seed;

    /** How to make a contender for a topic. */
    @FunctionalInterface
    interface Entry {
        Contender start(Stage stage, String topic);
    }

    Comparison(Bench bench, String suite, String scenario) {
        this.bench = bench;
        this.stage = bench.stage();
        this.effort = bench.effort();
        this.suite = suite;
        this.scenario = scenario;
    }

    /** Adds a contender. */
    Comparison add(Load load, Entry entry) {
        entries.add(Map.entry(load, entry));
        return this;
    }

    /** Lets a round last so many seconds for each, not two; a full round stays one. */
    Comparison lasting(double seconds) {
        effort = effort.lasting(seconds);
        return this;
    }

    /** Warms up for so many seconds at most: where contenders are alike and only differences between them count. */
    Comparison warming(double seconds) {
        effort = effort.warming(seconds);
        return this;
    }

    /** Warms up, measures all rounds, and returns them; they are in the results, too. */
    Outcome run() {
        List<Turn> order = new ArrayList<>();
        List<Round> measured = new ArrayList<>();
        try {
            for (Map.Entry<Load, Entry> entry : entries) {
                Load load = entry.getKey();
                String topic = topics.computeIfAbsent(load, this::topic);
                Turn turn = turn(entry.getValue().start(stage, topic), load);
                order.add(turn);
                turns.computeIfAbsent(load, l -> new ArrayList<>()).add(turn);
            }
            warmUp(order);
            for (int round = 1; round <= effort.rounds(); round++) {
                write(order);
                for (Turn turn : order) {
                    Round result = measure(turn, round);
                    measured.add(result);
                    unsettled(turn.contender(), result).ifPresent(measured::add);
                }
                topics.forEach((load, topic) -> stage.trim(load.topics(topic)));
            }
        } finally {
            order.forEach(turn -> {
                turn.contender().processes().forEach(Usage::close);
                turn.contender().close();
            });
        }
        bench.results().add(measured);
        return new Outcome(measured);
    }

    private Turn turn(Contender contender, Load load) {
        boolean compiled = contender.processes().stream().anyMatch(Usage::isJvm);
        return new Turn(contender, load, compiled ? effort : effort.uncompiled());
    }

    private String topic(Load load) {
        String topic = stage.topic(suite + "-" + scenario.replace('_', '-'), load);
        long held = Math.max(AHEAD_RECORDS, AHEAD_RECORDS_OF_A_TOPIC * load.topicCount());
        long ahead = Math.max(1, Math.min(held, load.topicCount() * AHEAD_BYTES / (load.valueBytes() + 100)));
        load.write(stage.bootstrapServers(), topic, ahead, ++seed);
        return topic;
    }

    private void warmUp(List<Turn> order) {
        List<Turn> cold = new ArrayList<>(order);
        while (!cold.isEmpty()) {
            write(cold);
            for (Turn turn : cold) {
                long records = turn.next();
                double seconds = turn.contender().round(records);
                turn.warmed(seconds);
                tell(turn.contender(), "warm-up", "%10.0f records/s".formatted(records / seconds));
            }
            topics.forEach((load, topic) -> stage.trim(load.topics(topic)));
            cold.removeIf(Turn::isWarm);
        }
    }

    /** Writes as many records to each topic as the fastest of these takes next. */
    private void write(List<Turn> next) {
        turns.forEach((load, readers) -> {
            long records = readers.stream()
                    .filter(next::contains)
                    .mapToLong(Turn::next)
                    .max()
                    .orElse(0);
            load.write(stage.bootstrapServers(), java.util.Objects.requireNonNull(topics.get(load)), records, ++seed);
        });
    }

    private Round measure(Turn turn, int round) {
        Round result = Meter.round(stage, suite, scenario, turn.contender(), round, turn.next());
        tell(
                turn.contender(),
                "round " + round,
                "%10.0f records/s, %s us CPU a record%s"
                        .formatted(result.rate(), cpu(result), notes(turn.contender())));
        return result;
    }

    /** The same round as it looks to one who does not wait for the commits that are still queued: as contender {@code NAME-unsettled}. */
    private Optional<Round> unsettled(Contender contender, Round round) {
        return Optional.ofNullable(contender.notes().get("unsettled_ns")).map(ns -> {
            Round early = round.unsettled(Long.parseLong(ns) / 1e9);
            stage.tell("%-8s %-14s %-18s %-8s %10.0f records/s before its commits are answered"
                    .formatted(suite, scenario, contender.name(), "", early.rate()));
            return early;
        });
    }

    private void tell(Contender contender, String when, String what) {
        stage.tell("%-8s %-14s %-18s %-8s %s".formatted(suite, scenario, contender.name(), when, what));
    }

    /** What processes said that fits a line: {@code handled 1000/1001}. */
    private static String notes(Contender contender) {
        String handled = contender.notes().get("handled");
        return handled == null ? "" : ", handled by each process " + handled;
    }

    private static String cpu(Round result) {
        StringBuilder text = new StringBuilder();
        result.cpuSeconds()
                .forEach((role, s) -> text.append(text.isEmpty() ? "" : " + ")
                        .append("%s %.2f".formatted(role, result.cpuMicros(role))));
        return text.toString();
    }
}
