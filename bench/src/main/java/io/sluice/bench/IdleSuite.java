package io.sluice.bench;

import io.sluice.bench.report.Results;
import io.sluice.bench.report.Round;
import io.sluice.bench.report.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** What a hundred pipelines cost while nothing comes. */
final class IdleSuite implements Suite {
    private static final int PIPELINES = 100;
    /** Until what runs a few times a second is compiled. */
    private static final double SETTLE_SECONDS = 60;

    private static final double SECONDS = 30;
    private static final double SHORT_SECONDS = 3;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String description() {
        return "processor time and memory of a gateway with 100 pipelines, each with a stream, that get no records";
    }

    @Override
    public void run(Bench bench) {
        Stage stage = bench.stage();
        boolean quick = bench.effort().isQuick();
        Load load = new Load(PIPELINES, 1, 1, 0, 1);
        String topic = stage.topic(name(), load);
        GatewaySetup setup = GatewaySetup.of("key").named("sluice-idle");
        List<Round> rounds = new ArrayList<>();
        try (Contender contender = SluiceContender.start(stage, load.topics(topic), setup)) {
            Usage gateway = contender.processes().get(0);
            pass(quick ? SHORT_SECONDS : SETTLE_SECONDS);
            for (int round = 1; round <= bench.effort().rounds(); round++) {
                double before = gateway.cpuSeconds();
                double seconds = pass(quick ? SHORT_SECONDS : SECONDS);
                double used = gateway.cpuSeconds() - before;
                long rss = gateway.rssBytes();
                rounds.add(new Round(
                        name(),
                        "100_pipelines",
                        setup.name(),
                        round,
                        0,
                        seconds,
                        Map.of("gateway", used),
                        Map.of(),
                        Map.of("gateway", rss)));
                stage.tell("%-8s %d pipelines: %.2f %% of a core, %d MB resident"
                        .formatted(name(), PIPELINES, used / seconds * 100, rss / 1_000_000));
            }
            contender.processes().forEach(Usage::close);
        }
        Results results = bench.results();
        results.add(rounds);
        results.value(
                "idle_cpu_percent",
                Spread.of(rounds.stream()
                                .map(round -> round.cpuSeconds().getOrDefault("gateway", 0.0) / round.seconds() * 100)
                                .toList())
                        .median());
        results.value(
                "idle_rss_mb",
                Spread.of(rounds.stream()
                                .map(round -> round.peakRssBytes().getOrDefault("gateway", 0L) / 1e6)
                                .toList())
                        .max());
    }

    /** Lets time pass; returns how much did, in seconds. */
    private static double pass(double seconds) {
        long startNs = System.nanoTime();
        long leftNs;
        while ((leftNs = (long) (seconds * 1e9) - (System.nanoTime() - startNs)) > 0) {
            LockSupport.parkNanos(leftNs);
        }
        return (System.nanoTime() - startNs) / 1e9;
    }
}
