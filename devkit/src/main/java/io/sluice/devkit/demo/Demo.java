package io.sluice.devkit.demo;

import io.sluice.devkit.kafka.EmbeddedKafka;
import io.sluice.devkit.kafka.Ports;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.Topics;
import io.sluice.devkit.process.ChildProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;

/**
 * One run: starts broker, processor and gateway, produces, watches, ends them, examines what they left. Single use, one thread.
 *
 * <p>The gateway is judged by what it did to others: the processor's journal, the dead-letter topic and the committed offsets.
 */
final class Demo {
    private static final Duration STALL = Duration.ofSeconds(60);
    private static final Duration DRAIN = Duration.ofSeconds(40);
    private static final Duration SAMPLE = Duration.ofMillis(100);

    private final DemoOptions options;
    private final PrintStream out;
    private final boolean terminal;
    private final Stage stage;
    private final Journal journal;
    private final AdminApi api = new AdminApi("127.0.0.1:" + Ports.free());

    /**
     * @param out where progress is shown
     * @param terminal whether {@code out} is a terminal
     */
    Demo(DemoOptions options, Stage stage, PrintStream out, boolean terminal) {
        this.options = options;
        this.stage = stage;
        this.out = out;
        this.terminal = terminal;
        this.journal = new Journal(stage.folder().resolve("journal.tsv"));
    }

    /**
     * Runs to the end.
     *
     * @throws DemoException if it cannot be started, stalls, or a part fails
     */
    Report run() throws IOException {
        Path folder = stage.folder();
        ProcessorStart start = new ProcessorStart(options, folder, folder.resolve("journal.tsv"));
        ChildProcess processor = stage.add(start.start(out));
        out.println("Starting Kafka in this JVM ...");
        EmbeddedKafka kafka = stage.add(EmbeddedKafka.start());
        kafka.createTopic(GatewayStart.TOPIC, options.partitions());
        kafka.createTopic(GatewayStart.DEAD_LETTER_TOPIC, 1);
        out.println("Starting processor and gateway ...");
        int port = start.awaitPort(processor);
        ChildProcess gateway =
                stage.add(GatewayStart.start(folder, options.ordering(), kafka.bootstrapServers(), port, api));
        long elapsedMs = produceAndWatch(kafka, gateway, processor);
        if (!options.keep()) {
            end(gateway, processor);
        }
        return examine(kafka, elapsedMs);
    }

    /** How to look at a run that was left running. */
    void explainKept(EmbeddedKafka kafka) {
        out.println();
        out.println("Still running; Ctrl-C ends it.");
        out.println("  Kafka        " + kafka.bootstrapServers() + "  topics " + GatewayStart.TOPIC + ", "
                + GatewayStart.DEAD_LETTER_TOPIC + "  group " + GatewayStart.GROUP);
        out.println("  metrics      http://" + api.address() + "/metrics");
        out.println("  status       http://" + api.address() + "/api/v1/pipelines");
        out.println("  config, logs " + stage.folder());
    }

    private long produceAndWatch(EmbeddedKafka kafka, ChildProcess gateway, ChildProcess processor) {
        Quakes quakes = Quakes.load();
        long expected = (long) quakes.count() * options.repeat();
        AtomicLong produced = new AtomicLong();
        long startNs = System.nanoTime();
        CompletableFuture<Long> producing = CompletableFuture.supplyAsync(() -> Producing.all(
                kafka.bootstrapServers(), quakes.records(GatewayStart.TOPIC, options.repeat()), produced::set));
        Screen screen = new Screen(out, terminal, title());
        try (Admin admin = kafka.admin()) {
            Sampler sampler = new Sampler(admin, api, journal, options.partitions());
            Watch watch = new Watch(STALL.toNanos(), startNs);
            while (true) {
                Sample sample = sampler.take(millisSince(startNs), expected, produced.get());
                screen.show(sample);
                if (sample.isFinished() && producing.isDone()) {
                    return sample.elapsedMs();
                }
                failIfProducingFailed(producing);
                if (watch.isStalled(sample.motion(), System.nanoTime())) {
                    throw failed("nothing has moved for " + STALL.toSeconds() + " s, lag " + sample.lag(), gateway);
                }
                if (gateway.endsWithin(SAMPLE) || !processor.isAlive()) {
                    ChildProcess dead = gateway.isAlive() ? processor : gateway;
                    throw failed(dead.name() + " ended in mid-run with exit code " + dead.exitCode(SAMPLE), dead);
                }
            }
        }
    }

    /** The gateway first: what it still has in flight is settled by a processor that is there. */
    private void end(ChildProcess gateway, ChildProcess processor) {
        for (ChildProcess child : List.of(gateway, processor)) {
            child.terminate();
            int exit;
            try {
                exit = child.exitCode(DRAIN);
            } catch (IllegalStateException e) {
                throw failed(child.name() + " did not end within " + DRAIN.toSeconds() + " s of SIGTERM", child);
            }
            if (exit != 0 && exit != 143) {
                throw failed(child.name() + " ended with exit code " + exit + " after SIGTERM", child);
            }
        }
    }

    private Report examine(EmbeddedKafka kafka, long elapsedMs) {
        journal.readOn();
        Map<Integer, Long> ends = new HashMap<>();
        var endOffsets = Topics.endOffsets(kafka.bootstrapServers(), GatewayStart.TOPIC);
        endOffsets.forEach((partition, end) -> ends.put(partition.partition(), end));
        long lag = Topics.lag(endOffsets, Topics.committed(kafka.bootstrapServers(), GatewayStart.GROUP));
        List<Letter> letters = DeadLetters.read(kafka.bootstrapServers(), GatewayStart.DEAD_LETTER_TOPIC);
        Findings findings = new Audit(ends).examine(options.ordering(), journal.attempts(), letters, lag);
        return new Report(findings, elapsedMs, letters);
    }

    private DemoException failed(String what, ChildProcess culprit) {
        return new DemoException(
                DemoException.FAILURE,
                what + "\nLast lines of " + culprit.output() + ":\n" + culprit.tail(15) + "\nStatus: " + api.status());
    }

    private static void failIfProducingFailed(CompletableFuture<Long> producing) {
        if (producing.isCompletedExceptionally()) {
            try {
                producing.join();
            } catch (CompletionException e) {
                throw new DemoException(DemoException.FAILURE, "producing failed: " + e.getMessage());
            }
        }
    }

    private String title() {
        return "Sluice demo: a week of earthquakes x %d, order by %s, %d partitions, processor in %s"
                .formatted(
                        options.repeat(),
                        options.ordering().name().toLowerCase(java.util.Locale.ROOT),
                        options.partitions(),
                        options.processor() == DemoOptions.Language.JAVA ? "Java" : "Python");
    }

    private static long millisSince(long startNs) {
        return (System.nanoTime() - startNs) / 1_000_000;
    }
}
