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
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** All benchmarks of single parts, each in a JVM of its own, with what they allocate. For more options: {@code org.openjdk.jmh.Main}. */
public final class MicroBenchmarks {
    private MicroBenchmarks() {}

    /** Runs those whose name matches one of the arguments, regular expressions; without any, all. */
    public static void main(String[] args) {
        try {
            System.out.println(run(List.of(args)));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    /**
     * Runs benchmarks; tells of each on standard output while it runs.
     *
     * @param patterns regular expressions for their names, such as {@code Ledger}; none: all
     * @return JMH's own JSON: a list with name, parameters, score, error and allocation of each
     * @throws IllegalArgumentException if no benchmark has such a name
     */
    public static String run(List<String> patterns) {
        ChainedOptionsBuilder options =
                new OptionsBuilder().addProfiler(GCProfiler.class).shouldFailOnError(true);
        patterns.forEach(options::include);
        try {
            return json(new Runner(options.build()).run());
        } catch (NoBenchmarksException e) {
            throw new IllegalArgumentException(
                    "no benchmark matches " + String.join(", ", patterns) + "; -l of org.openjdk.jmh.Main lists them",
                    e);
        } catch (RunnerException e) {
            throw new IllegalStateException("a benchmark failed: " + e.getMessage(), e);
        }
    }

    private static String json(Collection<RunResult> results) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
