package io.sluice.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Contenders that handle the same records of one topic, each with a group of its own, one after the other in every round (A B C, A B C,
 * ...): what disturbs the machine for a while disturbs all of them.
 *
 * <p>The records of a round are written before it, while all contenders hold still.
 */
final class Comparison {
    private static final int WARM_UP = 2;

    private final Stage stage;
    private final String suite;
    private final String scenario;
    private final Load load;
    private final String topic;
    private final List<Contender> contenders = new ArrayList<>();

    /** How to make a contender for a topic. */
    @FunctionalInterface
    interface Entry {
        Contender start(Stage stage, String topic);
    }

    Comparison(Stage stage, String suite, String scenario, Load load) {
        this.stage = stage;
        this.suite = suite;
        this.scenario = scenario;
        this.load = load;
        this.topic = stage.topic(scenario.replace('_', '-'), load.partitions());
    }

    /** Runs all rounds and returns what was measured, without the warm-up. */
    List<Round> run(List<Entry> entries, int rounds, long records) {
        List<Round> measured = new ArrayList<>();
        try {
            entries.forEach(entry -> contenders.add(entry.start(stage, topic)));
            for (int round = 1 - WARM_UP; round <= rounds; round++) {
                load.write(stage.bootstrapServers(), topic, records, round + WARM_UP);
                for (Contender contender : contenders) {
                    Round result = measure(contender, round, records);
                    stage.tell("%-8s %-14s %-16s %s %10.0f records/s, %s us CPU a record"
                            .formatted(
                                    suite,
                                    scenario,
                                    contender.name(),
                                    round < 1 ? "warm-up" : "round " + round,
                                    result.rate(),
                                    cpu(result)));
                    if (round > 0) {
                        measured.add(result);
                    }
                }
                stage.empty(topic, load.partitions());
            }
        } finally {
            contenders.forEach(Contender::close);
        }
        return measured;
    }

    private static String cpu(Round result) {
        StringBuilder text = new StringBuilder();
        result.cpuSeconds()
                .forEach((role, s) -> text.append(text.isEmpty() ? "" : " + ")
                        .append("%s %.2f".formatted(role, result.cpuMicros(role))));
        result.allocatedBytes().forEach((role, b) -> text.append(" alloc ").append(role).append(' ').append(b / result.records()));
        result.peakRssBytes().forEach((role, b) -> text.append(role.equals("gateway") ? " rss " + (b >> 20) : ""));
        return text.toString();
    }

    private Round measure(Contender contender, int round, long records) {
        List<Usage> processes = new ArrayList<>(contender.processes());
        processes.add(stage.brokerUsage());
        Map<String, Double> cpu = new HashMap<>();
        Map<String, Long> allocated = new HashMap<>();
        processes.forEach(p -> {
            cpu.merge(p.role(), -p.cpuSeconds(), Double::sum);
            allocated.merge(p.role(), -p.allocatedBytes(), Long::sum);
        });
        double seconds = contender.round(records);
        Map<String, Long> rss = new HashMap<>();
        processes.forEach(p -> {
            cpu.merge(p.role(), p.cpuSeconds(), Double::sum);
            allocated.merge(p.role(), p.allocatedBytes(), Long::sum);
            rss.merge(p.role(), p.peakRssBytes(), Long::sum);
        });
        allocated.values().removeIf(bytes -> bytes == 0);
        return new Round(suite, scenario, contender.name(), round, records, seconds, cpu, allocated, rss);
    }
}
