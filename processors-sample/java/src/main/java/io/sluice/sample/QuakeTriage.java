package io.sluice.sample;

import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sample's main class: {@link Triage} served as a processor, with what the demo needs around it. */
public final class QuakeTriage {
    private static final Logger LOG = LoggerFactory.getLogger(QuakeTriage.class);

    private final Triage triage = new Triage();
    private final SimulatedFailures failures;
    private final @Nullable Journal journal;

    QuakeTriage(SimulatedFailures failures, @Nullable Journal journal) {
        this.failures = failures;
        this.journal = journal;
    }

    /**
     * Serves until SIGTERM or SIGINT, then drains and exits with 0.
     *
     * @param args see {@code --help}
     * @throws Exception if waiting is interrupted
     */
    public static void main(String[] args) throws Exception {
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println("quake-triage: " + e.getMessage());
            System.exit(2);
            return;
        }
        if (options.help()) {
            System.out.print(Options.USAGE);
            return;
        }
        try {
            run(options);
        } catch (IOException e) {
            System.err.println("quake-triage: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void run(Options options) throws IOException, InterruptedException {
        Path file = options.journal();
        Journal journal = file == null ? null : new Journal(file);
        QuakeTriage sample = new QuakeTriage(new SimulatedFailures(options.fail()), journal);
        ProcessorServer server = sample.processor(options).start();
        // A JVM ended by SIGTERM exits with 143 whatever its hooks do; having drained, this one ends itself with 0.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.close();
                            sample.close();
                            Runtime.getRuntime().halt(0);
                        },
                        "drain"));
        announce(options.host(), server.port(), options.portFile());
        server.awaitTermination();
    }

    Processor processor(Options options) {
        return Processor.named("quake-triage")
                .version("0.1.0")
                .handler(this::handle)
                .concurrency(options.concurrency())
                .host(options.host())
                .port(options.port())
                .build();
    }

    private Verdict handle(Record record) {
        long start = System.nanoTime();
        Verdict verdict = failures.chooses(record)
                ? Verdict.retry("SIMULATED", "first attempt fails on request")
                : triage.decide(record);
        if (journal != null) {
            journal.add(record, verdict, start, System.nanoTime());
        }
        return verdict;
    }

    private static void announce(String host, int port, @Nullable Path portFile) throws IOException {
        if (portFile != null) {
            // Moved into place whole: who waits for the file never reads half a number.
            Path part = portFile.resolveSibling(portFile.getFileName() + ".part");
            Files.writeString(part, port + "\n");
            Files.move(part, portFile, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
        System.out.println("listening on " + host + ":" + port);
        System.out.flush();
    }

    private void close() {
        LOG.atInfo()
                .addKeyValue("red", triage.count(Triage.Level.RED))
                .addKeyValue("orange", triage.count(Triage.Level.ORANGE))
                .addKeyValue("yellow", triage.count(Triage.Level.YELLOW))
                .addKeyValue("green", triage.count(Triage.Level.GREEN))
                .addKeyValue("rejected", triage.rejected())
                .log("stopped");
        if (journal == null) {
            return;
        }
        try {
            journal.close();
        } catch (IOException e) {
            LOG.atError().addKeyValue("error", e.toString()).log("the journal's last lines are not written");
        }
    }
}
