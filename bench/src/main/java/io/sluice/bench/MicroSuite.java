package io.sluice.bench;

import io.sluice.bench.micro.MicroBenchmarks;
import io.sluice.bench.report.Results;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** Single parts of the gateway, with JMH, each in a JVM of its own. Scenarios are regular expressions for their names. */
final class MicroSuite implements Suite {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    @Override
    public String name() {
        return "micro";
    }

    @Override
    public String description() {
        return "JMH: ledger, completions, delivery, encoding, decoding; nanoseconds and bytes allocated a record; --scenario Ledger picks some";
    }

    @Override
    public void run(Bench bench) {
        Collection<RunResult> measured =
                MicroBenchmarks.run(bench.scenarios(), bench.effort().isQuick(), System.err);
        keep(bench.stage().folder(name()).resolve("jmh.json"), measured);
        measured.forEach(result -> add(bench.results(), result));
    }

    private static void keep(Path file, Collection<RunResult> measured) {
        try {
            Files.writeString(file, MicroBenchmarks.json(measured));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static void add(Results results, RunResult measured) {
        String name = label(measured.getParams());
        results.value(name + "_ns", measured.getPrimaryResult().getScore());
        Result<?> allocated = measured.getSecondaryResults().get(ALLOCATED);
        if (allocated != null) {
            results.value(name + "_bytes", allocated.getScore());
        }
    }

    /** As {@code Ledger.appendAndSettle.RANDOM}. */
    private static String label(BenchmarkParams benchmark) {
        String[] path = benchmark.getBenchmark().split("\\.");
        String name = path[path.length - 2].replace("Benchmark", "") + "." + path[path.length - 1];
        String params = benchmark.getParamsKeys().stream()
                .map(key -> "." + benchmark.getParam(key))
                .collect(Collectors.joining());
        return name + params;
    }
}
