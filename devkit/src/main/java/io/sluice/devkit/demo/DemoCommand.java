package io.sluice.devkit.demo;

import io.sluice.devkit.demo.DemoOptions.Language;
import io.sluice.devkit.kafka.EmbeddedKafka;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends a week of real earthquakes from Kafka through the gateway to a processor and checks every record's fate.",
            "Starts all it needs on loopback and removes it afterwards."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:nothing lost, no duplicates, order kept, no lag",
            "1:a check failed, or the run did",
            "2:usage",
            "69:Python or its packages cannot be had"
        })
public final class DemoCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "1",
            description = "produce the data N times (default 1)")
    private int repeat;

    @Option(
            names = "--processor",
            paramLabel = "LANG",
            defaultValue = "java",
            description = "java | python (default java)")
    private Language processor = Language.JAVA;

    @Option(
            names = "--ordering",
            paramLabel = "ORDER",
            defaultValue = "key",
            description = "key | partition | none (default key)")
    private Ordering ordering = Ordering.KEY;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "6",
            description = "partitions of the topic (default 6)")
    private int partitions;

    @Option(
            names = "--fail",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "share of records whose first attempt fails, such as 0.02 (default 0)")
    private double fail;

    @Option(names = "--keep", description = "leave everything running until Ctrl-C")
    private boolean keep;

    @Option(
            names = "--json",
            description = "end with one JSON object on standard output; progress goes to standard error")
    private boolean json;

    @Option(names = "--debug", description = "keep logs, config and journal, and say where")
    private boolean debug;

    @Override
    public Integer call() {
        DemoOptions options = options();
        PrintStream out = json ? System.err : System.out;
        Stage stage = new Stage(keep || debug);
        Thread hook = new Thread(stage::close, "end-demo");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return run(options, stage, out);
        } catch (DemoException e) {
            return fail(out, e.exitCode(), e.getMessage());
        } catch (RuntimeException | IOException e) {
            return stage.isClosed() ? DemoException.FAILURE : fail(out, DemoException.FAILURE, e.getMessage());
        } finally {
            stage.close();
            if (debug) {
                System.err.println("Logs, config and journal: " + stage.folder());
            }
        }
    }

    private int run(DemoOptions options, Stage stage, PrintStream out) throws IOException {
        Demo demo = new Demo(options, stage, out, isTerminal(json ? "err" : "out"));
        Report report = demo.run();
        report.print(out);
        EmbeddedKafka kafka = stage.kafka();
        if (keep && kafka != null) {
            demo.explainKept(kafka);
        } else {
            out.println("Look closer: ./sluice demo --keep leaves metrics, status and topics up until Ctrl-C");
        }
        out.flush();
        if (json) {
            System.out.println(report.json());
            System.out.flush();
        }
        if (keep) {
            waitForInterrupt();
        }
        return report.findings().good() ? 0 : DemoException.FAILURE;
    }

    private DemoOptions options() {
        require(repeat >= 1 && repeat <= 10_000, "--repeat", repeat, "1 to 10000");
        require(partitions >= 1 && partitions <= 256, "--partitions", partitions, "1 to 256");
        require(fail >= 0 && fail < 1, "--fail", fail, "0 up to, not including, 1");
        return new DemoOptions(repeat, processor, ordering, partitions, fail, keep, json, debug);
    }

    private void require(boolean holds, String option, Number given, String allowed) {
        if (!holds && spec != null) {
            throw new ParameterException(spec.commandLine(), option + ": " + given + " given, " + allowed + " allowed");
        }
    }

    private static int fail(PrintStream out, int exitCode, @Nullable String message) {
        out.flush();
        System.err.println("sluice demo: " + message);
        return exitCode;
    }

    /** The launcher looks: Java can tell only whether both streams are terminals, and on newer JDKs not even that. */
    private static boolean isTerminal(String stream) {
        return Boolean.getBoolean("sluice.tty." + stream) && !"dumb".equals(System.getenv("TERM"));
    }

    private static void waitForInterrupt() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
