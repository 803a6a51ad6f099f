package io.sluice.bench;

import io.sluice.bench.child.ParallelConsumerUnary;
import io.sluice.bench.child.UnaryConsumer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice bench}. */
@Command(name = "bench", mixinStandardHelpOptions = true, sortOptions = false)
public final class BenchCommand implements Callable<Integer> {
    @Option(names = "--rounds", defaultValue = "5")
    private int rounds;

    @Option(names = "--records", defaultValue = "2000000")
    private long records;

    @Option(names = "--only", split = ",", defaultValue = "bare,none,key,partition")
    private List<String> only = List.of();

    @Option(names = "--bytes", defaultValue = "100")
    private int bytes;

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new BenchCommand()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("sluice-bench-");
        try (Stage stage = new Stage(folder, System.err::println)) {
            Comparison comparison = new Comparison(stage, "limit", "100B", Load.of(12, 100_000, bytes));
            List<Comparison.Entry> entries = new java.util.ArrayList<>();
            for (String name : only) {
                entries.add(entry(name));
            }
            comparison.run(entries, rounds, records);
        }
        return 0;
    }

    private static Comparison.Entry entry(String name) {
        return switch (name) {
            case "bare" -> BareContender::new;
            case "unary" -> (s, t) -> new Served(s, t, "unary", UnaryConsumer.class);
            case "pc" -> (s, t) -> new Served(s, t, name, ParallelConsumerUnary.class, "unordered", "64", "1");
            case "pc-key" -> (s, t) -> new Served(s, t, name, ParallelConsumerUnary.class, "key", "64", "1");
            case "pc-batch" -> (s, t) -> new Served(s, t, name, ParallelConsumerUnary.class, "unordered", "64", "100");
            default -> {
                String[] parts = name.split("@");
                String extra = parts.length < 2 || parts[1].isEmpty() ? "" : "    in_flight: { records: " + parts[1] + " }\n";
                String batch = parts.length < 3 || parts[2].isEmpty() ? "" : ", batch: { records: " + parts[2] + ", bytes: 1MiB }";
                yield (s, t) -> new SluiceContender(s, t, parts[0], name.substring(parts[0].length()), extra, batch, parts.length < 4 ? "" : parts[3]);
            }
        };
    }
}
