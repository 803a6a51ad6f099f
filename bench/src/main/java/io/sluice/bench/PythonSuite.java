package io.sluice.bench;

import io.sluice.bench.report.Outcome;
import io.sluice.bench.report.Results;
import io.sluice.bench.report.Spread;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Processors in Python against the loops that people write in Python: for nothing, for computing, for waiting. */
final class PythonSuite implements Suite {
    private static final String BATCH = "confluent-batch";
    private static final String TUNED = "confluent-batch-tuned";
    private static final String COMMIT_PER_MESSAGE = "confluent-async";
    private static final String KAFKA_PYTHON = "kafka-python";
    /** Loops with the settings that their libraries come with. */
    private static final List<String> AS_THEY_COME =
            List.of(BATCH, COMMIT_PER_MESSAGE, "confluent-sync", KAFKA_PYTHON, "aiokafka");
    /** All of {@code loops.py}. */
    static final List<String> LOOPS =
            Stream.concat(Stream.of(TUNED), AS_THEY_COME.stream()).toList();
    /**
     * A loop that empties its queue faster than its library looks whether to fill it alternates between rushing and waiting, about once a
     * second: a round has several of these.
     */
    static final double ROUND_SECONDS = 5;

    private static final String NOTHING = "none";
    private static final String COMPUTE = "cpu:50";
    private static final String WAIT = "wait:5000";
    private static final String ONE = "sluice-python";
    private static final String TWO = "sluice-python-2";
    private static final int KEYS = 100_000;

    @Override
    public String name() {
        return "python";
    }

    @Override
    public String description() {
        return "one and two Python processes against Python's consumer loops: no-op, 50 us of CPU, a wait of 5 ms on one partition";
    }

    @Override
    public void run(Bench bench) {
        PythonTools.prepare(bench).ifPresent(tools -> {
            bench.scenario("no_op", () -> nothing(bench, tools));
            bench.scenario("cpu_50us", () -> compute(bench, tools));
            bench.scenario("wait_5ms", () -> waiting(bench, tools));
        });
    }

    private void nothing(Bench bench, PythonTools tools) {
        Load load = Load.of(12, KEYS, 100);
        Comparison comparison = bench.comparison(name(), "no_op")
                .lasting(ROUND_SECONDS)
                .add(load, processor(tools, "none", NOTHING, ONE, 1))
                .add(load, processor(tools, "none", NOTHING, TWO, 2))
                .add(load, processor(tools, "key", NOTHING, ONE + "-key", 1));
        LOOPS.forEach(loop -> comparison.add(load, loop(tools, loop, NOTHING)));
        Outcome outcome = comparison.run();
        Results results = bench.results();
        results.ratio("python_vs_best_loop", worst(outcome, LOOPS));
        results.ratio("python_vs_best_loop_as_it_comes", worst(outcome, AS_THEY_COME));
        results.ratio("python_vs_commit_per_message", outcome.rateRatio(ONE, COMMIT_PER_MESSAGE));
        results.ratio(
                "python_vs_commit_per_message_at_first", outcome.rateRatio(ONE, COMMIT_PER_MESSAGE + "-unsettled"));
        results.ratio("python_vs_kafka_python", outcome.rateRatio(ONE, KAFKA_PYTHON));
    }

    private void compute(Bench bench, PythonTools tools) {
        Load load = Load.of(12, KEYS, 100);
        Outcome outcome = bench.comparison(name(), "cpu_50us")
                .lasting(ROUND_SECONDS)
                .add(load, processor(tools, "key", COMPUTE, ONE, 1))
                .add(load, processor(tools, "key", COMPUTE, TWO, 2))
                .add(load, loop(tools, BATCH, COMPUTE))
                .run();
        bench.results().ratio("python_two_processes", outcome.rateRatio(TWO, ONE));
    }

    private void waiting(Bench bench, PythonTools tools) {
        Load load = Load.of(1, KEYS, 100);
        Outcome outcome = bench.comparison(name(), "wait_5ms")
                .add(load, processor(tools, "key", WAIT, ONE, 1))
                .add(load, processor(tools, "key", WAIT, TWO, 2))
                .add(load, loop(tools, BATCH, WAIT))
                .add(load, loop(tools, "aiokafka", WAIT))
                .run();
        bench.results().ratio("python_wait", worst(outcome, List.of(BATCH, "aiokafka")));
    }

    /** One process against the fastest of some loops. */
    private static Spread worst(Outcome outcome, List<String> loops) {
        return loops.stream()
                .map(loop -> outcome.rateRatio(ONE, loop))
                .min(Comparator.comparingDouble(Spread::median))
                .orElseThrow();
    }

    private static Comparison.Entry processor(PythonTools tools, String order, String work, String name, int workers) {
        return (stage, topic) -> PythonProcessor.start(
                tools, stage, topic, GatewaySetup.of(order).named(name), work, workers);
    }

    /** A loop as an entry, with {@code work} as {@code work.py} reads it. */
    static Comparison.Entry loop(PythonTools tools, String name, String work) {
        return (stage, topic) -> PythonLoop.start(tools, stage, topic, name, work);
    }
}
