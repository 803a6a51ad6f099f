package io.sluice.devkit.faults;

import io.sluice.devkit.ReportOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice faults}. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Breaks things on purpose around gateways that run as they are shipped, and judges what they did from independent logs.",
            "Starts all it needs on loopback: a broker, gateways and processors, each a process of its own."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:every rule held", "1:a rule was broken, or a run could not be ended", "2:usage"})
public final class FaultsCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--rows",
            paramLabel = "IDS",
            defaultValue = "short",
            description =
                    "all | short | ids with commas between, as F1,F5 (default short: those that run in the build)")
    private String rows = "short";

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "20000",
            description = "records a row feeds at least (default 20000; the matrix is measured with 100000)")
    private long records;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "seed of records and faults: a run with the same one does the same (default: a new one)")
    private @Nullable Long seed;

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Option(names = "--keep", description = "keep the oracle's logs of all runs, not only of those that broke a rule")
    private boolean keep;

    @Option(names = "--list", description = "say which rows there are, and what each expects")
    private boolean list;

    @Override
    public Integer call() throws IOException {
        List<Row> chosen = chosen();
        if (list) {
            chosen.forEach(row -> System.out.printf("%-12s%s%n            %s%n", row.id(), row.title(), row.expects()));
            return 0;
        }
        if (records < 1_000 || records > 10_000_000) {
            throw usage("--records: " + records + " given, 1000 to 10000000 allowed");
        }
        Long given = seed;
        long start = given != null ? given : ThreadLocalRandom.current().nextLong(1, 1_000_000);
        Path folder = report.folder("sluice-faults-");
        PrintStream results = report.text();
        List<RunResult> done = new ArrayList<>();
        try (Lab lab = new Lab(folder, FaultsCommand::tell)) {
            results.println(ResultTable.head());
            for (Row row : chosen) {
                RunResult result = FaultRun.run(lab, row, start, records);
                done.add(result);
                ReportPage.write(folder, done);
                if (!keep && result.good()) {
                    lab.forget(row.id());
                }
                results.println(ResultTable.line(result));
                results.flush();
            }
        }
        boolean good = done.stream().allMatch(RunResult::good);
        results.println(ResultTable.summary(done, folder));
        results.flush();
        if (report.json()) {
            System.out.println(new JsonMapper()
                    .writeValueAsString(
                            Map.of("rows", done.stream().map(RunResult::fields).toList())));
            System.out.flush();
        }
        return good ? 0 : 1;
    }

    private static void tell(String line) {
        System.err.println(line);
    }

    private List<Row> chosen() {
        try {
            return Rows.select(list ? "all" : rows);
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
