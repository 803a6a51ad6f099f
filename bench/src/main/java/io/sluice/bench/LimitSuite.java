package io.sluice.bench;

import io.sluice.bench.report.Outcome;
import io.sluice.bench.report.Results;

/** How close the gateway is to what nothing can beat: a consumer that does no work at all. */
final class LimitSuite implements Suite {
    private static final int PARTITIONS = 12;
    private static final int KEYS = 100_000;

    @Override
    public String name() {
        return "limit";
    }

    @Override
    public String description() {
        return "the gateway with a no-op processor against a bare consumer: every ordering, 100 B to 10 KB";
    }

    @Override
    public void run(Bench bench) {
        bench.scenario("100B", () -> small(bench));
        bench.scenario("1KB", () -> larger(bench, "1KB", 1_000));
        bench.scenario("10KB", () -> larger(bench, "10KB", 10_000));
    }

    private void small(Bench bench) {
        Results results = bench.results();
        GatewaySetup roomy = GatewaySetup.of("none").named("sluice-none-1GiB").heap("1g");
        Load small = Load.of(PARTITIONS, KEYS, 100);
        Outcome outcome = bench.comparison(name(), "100B")
                .add(small, BareContender::start)
                .add(small, SluiceContender.of(GatewaySetup.of("none")))
                .add(small, SluiceContender.of(GatewaySetup.of("key")))
                .add(small, SluiceContender.of(GatewaySetup.of("partition")))
                .add(small, SluiceContender.of(roomy))
                .run();
        for (String ordering : new String[] {"none", "key", "partition"}) {
            results.ratio(ordering + "_100B", outcome.rateRatio("sluice-" + ordering, "bare"));
        }
        results.ratio("none_100B_256MB", outcome.rateRatio("sluice-none", roomy.name()));
        results.ratio(
                "gateway_cpu_100B",
                outcome.ratio("sluice-none", r -> r.cpuMicros("gateway"), "bare", r -> r.cpuMicros("consumer")));
        results.ratio(
                "gateway_alloc_100B",
                outcome.ratio("sluice-none", r -> r.allocated("gateway"), "bare", r -> r.allocated("consumer")));
    }

    private void larger(Bench bench, String size, int bytes) {
        Load load = Load.of(PARTITIONS, KEYS, bytes);
        Outcome outcome = bench.comparison(name(), size)
                .add(load, BareContender::start)
                .add(load, SluiceContender.of(GatewaySetup.of("none")))
                .run();
        bench.results().ratio("none_" + size, outcome.rateRatio("sluice-none", "bare"));
    }
}
