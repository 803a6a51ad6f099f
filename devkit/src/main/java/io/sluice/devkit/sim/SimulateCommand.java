package io.sluice.devkit.sim;

import io.sluice.devkit.sim.Campaign.Order;
import io.sluice.devkit.sim.Campaign.Totals;
import io.sluice.devkit.sim.Simulation.History;
import io.sluice.ingest.delivery.Ordering;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice simulate}. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the gateway's delivery core in made-up worlds, in virtual time, and judges it after every step.",
            "A seed is a world: first things go wrong in it, then nothing does any more and everything must get settled."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:no rule was broken", "1:a rule was broken", "2:usage"})
public final class SimulateCommand implements Callable<Integer> {
    private static final int SHRINKING_RUNS = 4_000;
    private static final long SPEAK_AFTER_NS = 5_000_000_000L;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--seeds", paramLabel = "N", description = "how many seeds (default 1000; 1 with --seed)")
    private @Nullable Long seeds;

    @Option(
            names = "--steps",
            paramLabel = "M",
            defaultValue = "2000",
            description = "calls of the core in each world before its faults end (default 2000)")
    private long steps = 2_000;

    @Option(names = "--seed", paramLabel = "S", description = "first seed (default 1)")
    private @Nullable Long seed;

    @Option(
            names = "--ordering",
            paramLabel = "ORDER",
            description = "key | partition | none (default: each for a third of the seeds)")
    private @Nullable Ordering ordering;

    @Option(names = "--threads", paramLabel = "N", description = "how many seeds at a time (default: processors)")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--save", description = "append the first failing seed to those that every later run begins with")
    private boolean save;

    @Option(
            names = "--json",
            description = "end with one JSON object on standard output; the rest goes to standard error")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException, IOException {
        Order order = order();
        PrintStream out = json ? System.err : System.out;
        List<History> failures = new ArrayList<>(regressions());
        int old = failures.size();
        Campaign campaign = new Campaign(order);
        long begun = System.nanoTime();
        Totals totals = campaign.run(progress(order.seeds(), begun));
        long elapsedNs = System.nanoTime() - begun;
        failures.addAll(campaign.failures());
        long violations = old + totals.violations();
        SimulationReport report = new SimulationReport(order, totals, violations, elapsedNs, failures);
        report.print(out);
        if (!failures.isEmpty()) {
            explain(failures.get(0), out);
        }
        out.flush();
        if (json) {
            System.out.println(report.json());
            System.out.flush();
        }
        return violations == 0 ? 0 : 1;
    }

    /** The seeds that once failed, first. */
    private static List<History> regressions() {
        return RegressionSeeds.load().stream()
                .map(line -> Simulation.run(line.seed(), line.ordering(), line.faultySteps()))
                .filter(history -> !history.good())
                .toList();
    }

    private void explain(History failing, PrintStream out) throws IOException {
        out.println("Shrinking seed " + failing.seed() + " ...");
        SimulationReport.history(Shrinker.shrink(failing, steps, SHRINKING_RUNS), failing, out);
        if (save) {
            Path checkout = Path.of(System.getProperty("sluice.home", ""));
            out.println("Saved to " + RegressionSeeds.save(checkout, failing, steps));
        }
    }

    private static LongConsumer progress(long seeds, long begun) {
        AtomicLong spoken = new AtomicLong(begun);
        return done -> {
            long now = System.nanoTime();
            long last = spoken.get();
            if (now - last >= SPEAK_AFTER_NS && spoken.compareAndSet(last, now)) {
                System.err.println("%,d of %,d seeds, %d s".formatted(done, seeds, (now - begun) / 1_000_000_000L));
            }
        };
    }

    private Order order() {
        long count = seeds != null ? seeds : seed != null ? 1 : 1_000;
        require(count >= 1, "--seeds", count, "at least 1");
        require(steps >= 1 && steps <= 1_000_000, "--steps", steps, "1 to 1000000");
        require(threads >= 1 && threads <= 256, "--threads", threads, "1 to 256");
        return new Order(seed == null ? 1 : seed, count, steps, ordering, threads);
    }

    private void require(boolean holds, String option, Number given, String allowed) {
        if (!holds && spec != null) {
            throw new ParameterException(spec.commandLine(), option + ": " + given + " given, " + allowed + " allowed");
        }
    }
}
