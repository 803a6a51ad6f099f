package io.sluice.devkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.junit.WithKafka;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.RecordGenerator;
import io.sluice.proto.processor.v1.Outcome;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterators;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twenty pipelines in one gateway. One has a processor that accepts and never answers, one has a processor that rejects
 * everything: the other eighteen keep at least 95 % of their rate, and their partitions.
 *
 * <p>How it is measured. All processors, the rejecting one too, take 200 ms for a batch and at most 500 records at once: the
 * pipelines are bound by latency, as those are that call a database, and not by the machine. Otherwise the test would
 * measure how two cores are shared out: a pipeline that rejects as fast as it can has a right to its part of them, and writes
 * each record to its dead-letter topic for it. What it must not do is hold up the others. The hung pipeline has no
 * such right: it holds a full budget and is to cost nothing.
 *
 * <p>The heap fits the budgets, as it must: with one too small for what is in flight, the collector slows all pipelines down
 * together, and a bad one that fills its own budget is felt by all.
 *
 * <p>A round: every processor's gate is closed, the topics are filled, the gates are opened at one moment (the hung
 * processor's stays closed), and the time is taken until the last of the eighteen has answered its last record. Rounds with and
 * without records for the two bad pipelines alternate; afterwards everything is let through, so that rounds do not differ in
 * what earlier ones have left. The medians are compared. Noise of a busy machine hits both kinds alike but not evenly: if the
 * medians of three rounds each do not show 95 %, up to three more of each are taken and all are counted.
 */
@Tag("alone")
@WithKafka
class IsolationIT {
    private static final int GOOD = 18;
    private static final int RECORDS = Integer.getInteger("sluice.isolation.records", 20_000);
    private static final int PARTITIONS = 2;
    private static final int BATCH = 500;
    private static final int HUNG_RECORDS = 20_000;
    private static final long DELAY_MS = 200;
    private static final int ROUNDS = 3;
    private static final int MOST_ROUNDS = 6;
    private static final double KEPT = 0.95;
    private static final long MIB = 1 << 20;

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<GatedProcessor> good = new ArrayList<>();
    private final List<String> topics = new ArrayList<>();
    private final List<String> yaml = new ArrayList<>();
    private GatedProcessor rejecting;
    private GatedProcessor hung;
    private String rejectingTopic;
    private String hungTopic;
    private GatewayChild gateway;
    private String bootstrap;

    @BeforeEach
    void twentyPipelines(TestKafka kafka, @TempDir Path folder) throws IOException {
        bootstrap = kafka.bootstrapServers();
        for (int i = 0; i < GOOD; i++) {
            good.add(processor(BATCH, Outcome.OUTCOME_ACK));
            topics.add(pipeline(kafka, "good", good.get(i), 4 * BATCH));
        }
        rejecting = processor(BATCH, Outcome.OUTCOME_REJECT);
        rejectingTopic = pipeline(kafka, "rejecting", rejecting, 4 * BATCH);
        hung = processor(HUNG_RECORDS, Outcome.OUTCOME_ACK);
        hungTopic = pipeline(kafka, "hung", hung, HUNG_RECORDS);
        gateway = GatewayChild.start(folder, bootstrap, yaml, "-Xmx512m");
        opened.add(gateway);
    }

    @AfterEach
    void end() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
        timer.shutdownNow();
    }

    @Test
    void aHungAndARejectingPipelineLeaveTheOthersTheirRate() {
        round("warm-up without", false);
        round("warm-up with", true);
        double threads = gateway.metrics().sum("jvm_threads_live_threads");
        double heap = gateway.liveHeapBytes();
        List<Double> without = new ArrayList<>();
        List<Double> with = new ArrayList<>();
        while (without.size() < ROUNDS || (without.size() < MOST_ROUNDS && kept(without, with) < KEPT)) {
            without.add(round("without", false));
            with.add(round("with", true));
        }
        double threadsAfter = gateway.metrics().sum("jvm_threads_live_threads");
        double heapAfter = gateway.liveHeapBytes();
        System.out.printf(
                "isolation: rate with / without the bad two %.3f (medians %.2f s and %.2f s of %d rounds),"
                        + " threads %.0f then %.0f, live heap %.1f then %.1f MiB, peak RSS %d MiB%n",
                kept(without, with),
                median(without),
                median(with),
                with.size(),
                threads,
                threadsAfter,
                heap / MIB,
                heapAfter / MIB,
                gateway.peakRssBytes() / MIB);
        assertThat(kept(without, with))
                .as("rate kept, %s without, %s with", without, with)
                .isGreaterThanOrEqualTo(KEPT);
        assertThat(threadsAfter).as("threads").isLessThanOrEqualTo(threads + 10);
        assertThat(heapAfter).as("live heap in bytes").isLessThanOrEqualTo(heap + 32 * MIB);
        assertNothingMoved();
    }

    @Test
    void idleAndHungPipelinesCostNextToNoProcessorTime() {
        round("warm-up with", true);
        double idle = busyCores();
        hung.shut();
        produce(List.of(hungTopic), RECORDS);
        awaitFor(this::assertHung);
        double stuck = busyCores();
        System.out.printf("20 pipelines: idle %.3f cores, one of them hung %.3f cores%n", idle, stuck);
        assertThat(idle).as("cores taken by 20 idle pipelines").isLessThan(0.3);
        assertThat(stuck - idle).as("cores taken by a hung pipeline").isLessThan(0.05);
        assertNothingMoved();
        hung.open();
    }

    /** Returns the seconds until the eighteen have settled everything. */
    private double round(String name, boolean bad) {
        good.forEach(GatedProcessor::shut);
        rejecting.shut();
        hung.shut();
        produce(topics, RECORDS);
        if (bad) {
            produce(List.of(rejectingTopic, hungTopic), RECORDS + RECORDS / 4);
            awaitFor(this::assertHung);
            awaitFor(() -> assertThat(rejecting.heldRecords()).isPositive());
        }
        awaitFor(() -> assertThat(good).allMatch(processor -> processor.heldRecords() > 0));
        good.forEach(processor -> processor.expect(RECORDS));
        double cpuBefore = gateway.cpuSeconds();
        long startNs = System.nanoTime();
        good.forEach(GatedProcessor::open);
        rejecting.open();
        awaitFor(() -> assertThat(good).allMatch(GatedProcessor::reached));
        double seconds =
                (good.stream().mapToLong(GatedProcessor::reachedNs).max().orElseThrow() - startNs) / 1e9;
        double cpu = gateway.cpuSeconds() - cpuBefore;
        System.out.printf(
                "isolation, %s the bad two: %.2f s, %.0f records/s, gateway %.2f cores, load of the machine %.1f%n",
                name, seconds, GOOD * RECORDS / seconds, cpu / seconds, load());
        hung.open();
        awaitFor(() -> assertThat(gateway.metrics().sum("sluice_partition_lag_records"))
                .as(gateway.status())
                .isZero());
        awaitFor(() ->
                assertThat(gateway.metrics().sum("sluice_in_flight_records")).isZero());
        return seconds;
    }

    /** Its budget is used up and nothing of it moves. */
    private void assertHung() {
        String label = "pipeline=\"" + hungTopic + "\"";
        assertThat(gateway.metrics().sum("sluice_partitions_paused", label)).isEqualTo(PARTITIONS);
        assertThat(hung.heldRecords()).isPositive();
    }

    private void assertNothingMoved() {
        GatewayChild.Metrics metrics = gateway.metrics();
        assertThat(metrics.assigned()).as("partitions assigned").isEqualTo((GOOD + 2) * PARTITIONS);
        assertThat(metrics.taken()).as("partitions taken away").isZero();
        assertThat(metrics.sum("sluice_records_retried_total"))
                .as("records retried")
                .isZero();
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private double busyCores() {
        Duration span = Duration.ofSeconds(10);
        double before = gateway.cpuSeconds();
        long startNs = System.nanoTime();
        await().pollDelay(span).atMost(span.plusMinutes(1)).until(() -> true);
        return (gateway.cpuSeconds() - before) / ((System.nanoTime() - startNs) / 1e9);
    }

    private void produce(List<String> to, int records) {
        RecordGenerator generator = new RecordGenerator(5, records, 500, PARTITIONS, 100, 100);
        Producing.all(
                bootstrap,
                to.stream().flatMap(topic -> stream(generator.records(topic))).iterator(),
                sent -> {});
    }

    private static <T> Stream<T> stream(Iterator<T> items) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(items, 0), false);
    }

    private GatedProcessor processor(int credit, Outcome outcome) throws IOException {
        GatedProcessor processor = GatedProcessor.start(credit, DELAY_MS, outcome, timer);
        opened.add(processor);
        return processor;
    }

    /** Returns its topic. */
    private String pipeline(TestKafka kafka, String prefix, GatedProcessor processor, int inFlight) {
        String topic = kafka.topic(prefix, PARTITIONS);
        kafka.broker().createTopic("dlq." + topic, 1);
        yaml.add("""
                - name: %1$s
                  source: { topics: [%1$s], group: %1$s }
                  processor: { targets: ["static://127.0.0.1:%2$d"], lease: 10m, batch: { records: %3$d } }
                  in_flight: { records: %4$d }
                  dead_letter: { topic: dlq.%1$s, breaker: { enabled: false } }
                """.formatted(topic, processor.port(), BATCH, inFlight));
        return topic;
    }

    private void awaitFor(ThrowingRunnable condition) {
        await().atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(200))
                .failFast("the gateway has ended", () -> !gateway.process.isAlive())
                .untilAsserted(condition);
    }

    /** Share of the rate that is left. */
    private static double kept(List<Double> without, List<Double> with) {
        return median(without) / median(with);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int n = sorted.size();
        return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
    }
}
