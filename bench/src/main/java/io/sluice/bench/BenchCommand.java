package io.sluice.bench;

import io.sluice.bench.report.Document;
import io.sluice.bench.report.Origin;
import io.sluice.bench.report.Report;
import io.sluice.bench.report.ReportPage;
import io.sluice.bench.report.Results;
import io.sluice.bench.report.Summary;
import io.sluice.devkit.ReportOptions;
import io.sluice.devkit.process.Home;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures the gateway beside what one would use instead and beside the limit, in turns within one run.",
            "Starts all it needs on loopback. Leave the machine alone meanwhile: whatever else runs is measured too."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:all was measured or said to be skipped", "1:a suite failed", "2:usage"})
public final class BenchCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--suite",
            paramLabel = "NAMES",
            split = ",",
            defaultValue = "all",
            description = "all | names with commas between, see --list (default all)")
    private List<String> suites = List.of();

    @Option(
            names = "--scenario",
            paramLabel = "NAMES",
            split = ",",
            description =
                    "only these scenarios of limit, peers, python and scale, as 1KB, hot_key, no_op or partitions, and benchmarks of micro, as Ledger (default: all)")
    private Set<String> scenarios = Set.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "measured rounds, after warm-up (default 5)")
    private int rounds;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "most records of a round; slow contenders get fewer (default 2000000)")
    private long records;

    @Option(names = "--quick", description = "short rounds and hardly any warm-up: to see that it works, not how fast")
    private boolean quick;

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Option(
            names = "--document",
            description =
                    "measure nothing: write tables and plots of docs/PERFORMANCE.md anew from docs/performance/*.json")
    private boolean document;

    @Option(names = "--list", description = "say which suites there are")
    private boolean list;

    @Override
    public Integer call() throws IOException {
        List<Suite> chosen = chosen();
        if (list) {
            chosen.forEach(suite -> System.out.printf("%-9s%s%n", suite.name(), suite.description()));
            return 0;
        }
        Path home = Home.find().orElse(Path.of(""));
        if (document) {
            new Document(home.resolve("docs")).rewrite();
            return 0;
        }
        Effort effort = quick ? Effort.quick(rounds, records) : Effort.full(rounds, records);
        Path folder = report.folder("sluice-bench-");
        Origin origin = Origin.here(command(), home);
        List<Report> reports = new ArrayList<>();
        for (Suite suite : chosen) {
            Report found = run(suite, folder, effort).report(origin);
            found.write(folder.resolve(suite.name() + ".json"));
            reports.add(found);
        }
        Report all = Report.merged(origin, reports);
        if (!scenarios.isEmpty() && all.foundNothing()) {
            throw usage("--scenario: '" + String.join(",", scenarios) + "' given, which none of the suites "
                    + chosen.stream().map(Suite::name).collect(Collectors.joining(", ")) + " has");
        }
        ReportPage.write(folder, all);
        PrintStream text = report.text();
        text.println(Summary.of(all));
        text.println("report: " + folder.resolve("index.html"));
        if (report.json()) {
            System.out.println(all.json());
        }
        return all.failed().isEmpty() ? 0 : 1;
    }

    /** With a broker of its own: what one suite leaves behind is no burden to the next. */
    private Results run(Suite suite, Path folder, Effort effort) {
        Results results = new Results();
        try (Stage stage = new Stage(folder.resolve("logs").resolve(suite.name()), BenchCommand::tell)) {
            suite.run(new Bench(stage, effort, scenarios, results));
        } catch (RuntimeException e) {
            System.err.println("FAILED: " + suite.name() + ": " + Bench.reason(e));
            results.fail(suite.name(), Bench.reason(e));
        }
        return results;
    }

    private static void tell(String line) {
        System.err.println(line);
    }

    private String command() {
        CommandSpec known = spec;
        return "./sluice bench"
                + (known == null
                        ? ""
                        : " "
                                + String.join(
                                        " ",
                                        known.commandLine().getParseResult().originalArgs()));
    }

    private List<Suite> chosen() {
        if (rounds < 1 || rounds > 100) {
            throw usage("--rounds: " + rounds + " given, 1 to 100 allowed");
        }
        if (records < 1_000 || records > 100_000_000) {
            throw usage("--records: " + records + " given, 1000 to 100000000 allowed");
        }
        try {
            return Suites.select(suites);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException usage(String message) {
        CommandSpec known = spec;
        if (known == null) {
            throw new IllegalStateException(message);
        }
        return new ParameterException(known.commandLine(), message);
    }
}
