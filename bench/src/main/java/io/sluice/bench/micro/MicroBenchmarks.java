package io.sluice.bench.micro;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** All benchmarks of single parts, each in a JVM of its own, with what they allocate. For more options: {@code org.openjdk.jmh.Main}. */
public final class MicroBenchmarks {
    private static final TimeValue MOMENT = TimeValue.milliseconds(100);

    private MicroBenchmarks() {}

    /**
     * Runs benchmarks.
     *
     * @param patterns regular expressions for their names, such as {@code Ledger}; none: all
     * @param quick for a moment each: to see that they work, not how fast
     * @param told what goes on
     * @return of each benchmark with each of its parameters; nothing if no name matches
     */
    public static Collection<RunResult> run(Collection<String> patterns, boolean quick, PrintStream told) {
        ChainedOptionsBuilder options =
                new OptionsBuilder().addProfiler(GCProfiler.class).shouldFailOnError(true);
        if (quick) {
            options.warmupIterations(1)
                    .warmupTime(MOMENT)
                    .measurementIterations(1)
                    .measurementTime(MOMENT);
        }
        patterns.forEach(options::include);
        try {
            return new Runner(options.build(), OutputFormatFactory.createFormatInstance(told, VerboseMode.NORMAL))
                    .run();
        } catch (NoBenchmarksException e) {
            return List.of();
        } catch (RunnerException e) {
            throw new IllegalStateException("a benchmark failed: " + e.getMessage(), e);
        }
    }

    /** JMH's own JSON: a list with name, parameters, score, error and allocation of each. */
    public static String json(Collection<RunResult> results) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
