package io.sluice.bench;

import io.sluice.bench.report.Outcome;

/** One key has nearly all records: does order cost throughput? */
final class HotKeySuite implements Suite {
    private static final int PARTITIONS = 12;
    private static final int KEYS = 100_000;
    private static final double SHARE = 0.9;

    /** 90 % of the records have one key. */
    static Load hot() {
        return new Load(1, PARTITIONS, KEYS, SHARE, 100);
    }

    @Override
    public String name() {
        return "hotkey";
    }

    @Override
    public String description() {
        return "key order with 90 % of the records on one key, against keys of equal share";
    }

    @Override
    public void run(Bench bench) {
        Load uniform = Load.of(PARTITIONS, KEYS, 100);
        GatewaySetup key = GatewaySetup.of("key");
        Outcome outcome = bench.comparison(name(), "100B")
                .add(uniform, SluiceContender.of(key.named("sluice-key-uniform")))
                .add(hot(), SluiceContender.of(key.named("sluice-key-hot")))
                .run();
        bench.results().ratio("hot_key", outcome.rateRatio("sluice-key-hot", "sluice-key-uniform"));
    }
}
