package io.sluice.bench;

import io.sluice.bench.child.ParallelConsumerUnary;
import io.sluice.bench.child.UnaryConsumer;
import io.sluice.bench.report.Outcome;
import io.sluice.bench.report.Results;

/** What one would use instead, for the same no-op work. */
final class PeersSuite implements Suite {
    private static final String THREADS = "64";
    private static final String BATCH = "100";
    private static final double ROUND_SECONDS = 3;

    @Override
    public String name() {
        return "peers";
    }

    @Override
    public String description() {
        return "unary gRPC for each record, and Parallel Consumer with unary gRPC: unordered, in batches, with a hot key; Python's loops";
    }

    @Override
    public void run(Bench bench) {
        bench.scenario("100B", () -> uniform(bench));
        bench.scenario("hot_key", () -> hotKey(bench));
    }

    private void uniform(Bench bench) {
        Results results = bench.results();
        Load uniform = Load.of(12, 100_000, 100);
        Comparison comparison = bench.comparison(name(), "100B")
                .lasting(ROUND_SECONDS)
                .add(uniform, BareContender::start)
                .add(uniform, SluiceContender.of(GatewaySetup.of("none")))
                .add(uniform, (stage, topic) -> Served.start(stage, topic, "unary", UnaryConsumer.class))
                .add(uniform, parallelConsumer("parallel-consumer", "unordered", "1"))
                .add(uniform, parallelConsumer("parallel-consumer-batch", "unordered", BATCH));
        PythonTools.prepare(bench)
                .ifPresent(tools -> PythonSuite.LOOPS.forEach(
                        loop -> comparison.add(uniform, PythonSuite.loop(tools, loop, "none"))));
        Outcome outcome = comparison.run();
        results.ratio("vs_unary", outcome.rateRatio("sluice-none", "unary"));
        results.ratio("vs_parallel_consumer", outcome.rateRatio("sluice-none", "parallel-consumer"));
        results.ratio("vs_parallel_consumer_batch", outcome.rateRatio("sluice-none", "parallel-consumer-batch"));
    }

    private void hotKey(Bench bench) {
        Load hot = HotKeySuite.hot();
        Outcome ordered = bench.comparison(name(), "hot_key")
                .add(hot, SluiceContender.of(GatewaySetup.of("key")))
                .add(hot, parallelConsumer("parallel-consumer-key", "key", "1"))
                .run();
        bench.results().ratio("vs_parallel_consumer_hot_key", ordered.rateRatio("sluice-key", "parallel-consumer-key"));
    }

    private static Comparison.Entry parallelConsumer(String name, String order, String batch) {
        return (stage, topic) -> Served.start(stage, topic, name, ParallelConsumerUnary.class, order, THREADS, batch);
    }
}
