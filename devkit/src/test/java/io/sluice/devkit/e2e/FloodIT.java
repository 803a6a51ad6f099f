package io.sluice.devkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.junit.WithKafka;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.RecordGenerator;
import io.sluice.devkit.kafka.Topics;
import io.sluice.ingest.Gateway;
import io.sluice.ingest.delivery.FloodPolicy;
import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** A processor is deployed that rejects everything: the dead-letter topic stays small, and once it is repaired the rest is delivered. */
@WithKafka
class FloodIT {
    private static final int RECORDS = 20_000;
    private static final int PARTITIONS = 4;
    private static final int CREDIT = 300;
    private static final int CONSECUTIVE = 200;
    /** Outcomes that decide a probe, as in docs/adr. */
    private static final int PROBE = 10;

    private static final FloodPolicy POLICY = new FloodPolicy(true, 0.5, 1_000, CONSECUTIVE, 1_000_000_000L);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Set<String> rejected = ConcurrentHashMap.newKeySet();
    private final Set<String> acked = ConcurrentHashMap.newKeySet();

    @Test
    void aBadDeploymentIsStoppedAndOnceRepairedTheRestIsDelivered(TestKafka kafka) throws Exception {
        String topic = filled(kafka, "flood");
        ProcessorServer bad = rejecting(0);
        Pipelines pipeline = Pipelines.of(topic, bad.port()).breaker(POLICY);
        try (LogLines log = new LogLines();
                Gateway gateway = Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), pipeline))) {
            AdminPages admin = new AdminPages(gateway);
            awaitOpenings(admin, pipeline, 3);
            double floods = assertStopped(admin, pipeline, log);
            int port = bad.port();
            bad.close();

            try (ProcessorServer repaired = Processor.named("repaired")
                    .handler(this::ack)
                    .credit(CREDIT, 0)
                    .port(port)
                    .start()) {
                awaitDone(kafka, pipeline);
                assertThat(repaired.port()).isEqualTo(port);
                assertThat(admin.pipeline(pipeline.name()).get("stalled").isNull())
                        .isTrue();
                assertThat(breaker(admin, pipeline, "closed")).isEqualTo(1);
                assertThat(log.with("INFO", "the dead-letter flood is over", pipeline.name()))
                        .isNotEmpty();
                assertThat(admin.metric(
                                "sluice_rebalances_total", Map.of("pipeline", pipeline.name(), "kind", "assigned")))
                        .as("the group stays as it is")
                        .isEqualTo(PARTITIONS);
            }
            assertNothingIsLost(kafka, pipeline, floods);
        } finally {
            bad.close();
        }
    }

    @Test
    void aGatewayThatStopsDuringAFloodLeavesTheRestToTheNext(TestKafka kafka) throws Exception {
        String topic = filled(kafka, "flood-stop");
        double floods;
        long stopMs;
        Pipelines pipeline;
        try (ProcessorServer bad = rejecting(0)) {
            pipeline = Pipelines.of(topic, bad.port()).breaker(POLICY);
            Gateway gateway = Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), pipeline));
            try {
                AdminPages admin = new AdminPages(gateway);
                awaitOpenings(admin, pipeline, 2);
                floods = admin.metric("sluice_dead_letter_floods_total", Map.of("pipeline", pipeline.name()));
            } finally {
                long startNs = System.nanoTime();
                gateway.close();
                stopMs = (System.nanoTime() - startNs) / 1_000_000;
            }
        }
        System.out.printf("flood: stopped while open in %d ms%n", stopMs);
        assertThat(stopMs).as("a drain of 10 s is not waited for").isLessThan(10_000);
        try (ProcessorServer repaired =
                        Processor.named("repaired").handler(this::ack).start();
                Gateway gateway = Gateway.start(Pipelines.gateway(
                        kafka.bootstrapServers(),
                        Pipelines.of(topic, repaired.port()).breaker(POLICY)))) {
            assertThat(gateway.adminPort()).isPositive();
            awaitDone(kafka, pipeline);
        }
        // One probe more may have been under way when it was asked.
        assertNothingIsLost(kafka, pipeline, floods + 1);
    }

    private void awaitOpenings(AdminPages admin, Pipelines pipeline, int times) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                admin.metric("sluice_dead_letter_floods_total", Map.of("pipeline", pipeline.name())))
                        .isGreaterThanOrEqualTo(times));
    }

    /** Returns how often it has opened. */
    private double assertStopped(AdminPages admin, Pipelines pipeline, LogLines log) {
        var status = admin.pipeline(pipeline.name());
        assertThat(status.get("state").asString()).isEqualTo("RUNNING");
        assertThat(status.get("stalled").asString()).isEqualTo("DEAD_LETTER_FLOOD");
        assertThat(status.get("reason").asString())
                .contains("dead-letter flood: ", "the last REJECT BAD_DEPLOY", "keep their offsets");
        assertThat(breaker(admin, pipeline, "closed")).isZero();
        assertThat(admin.metric("sluice_stalled", Map.of("pipeline", pipeline.name(), "reason", "dead_letter_flood")))
                .isEqualTo(1);
        assertThat(log.with("ERROR", "dead-letter flood: 200 dead letters in a row, the last REJECT BAD_DEPLOY"))
                .hasSize(1);
        assertThat(admin.get("/api/v1/pipelines/" + pipeline.name() + "/why").body())
                .contains("\"where\":\"DEAD_LETTER_FLOOD\"");
        double floods = admin.metric("sluice_dead_letter_floods_total", Map.of("pipeline", pipeline.name()));
        assertThat(rejected.size())
                .as("rejected while it opened %s times", floods)
                .isLessThanOrEqualTo(bound(floods));
        return floods;
    }

    /** What may be dead-lettered: what trips it, what the processor holds then, and what was tried since. */
    private static int bound(double floods) {
        return CONSECUTIVE + CREDIT + (int) floods * PROBE;
    }

    private static double breaker(AdminPages admin, Pipelines pipeline, String state) {
        return admin.metric("sluice_dead_letter_breaker", Map.of("pipeline", pipeline.name(), "state", state));
    }

    private static void awaitDone(TestKafka kafka, Pipelines pipeline) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(Topics.lag(
                                Topics.endOffsets(kafka.bootstrapServers(), pipeline.topic),
                                Topics.committed(kafka.bootstrapServers(), pipeline.group())))
                        .isZero());
    }

    private void assertNothingIsLost(TestKafka kafka, Pipelines pipeline, double floods) {
        List<String> letters = Topics.readAll(kafka.bootstrapServers(), pipeline.deadLetters()).stream()
                .map(FloodIT::origin)
                .toList();
        System.out.printf(
                "flood: records %d, acked %d, dead letters %d of at most %d, breaker opened %.0f times%n",
                RECORDS, acked.size(), letters.size(), bound(floods), floods);
        assertThat(letters).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(bound(floods));
        assertThat(new HashSet<>(letters)).isEqualTo(rejected);
        Set<String> all = new TreeSet<>(acked);
        all.addAll(rejected);
        assertThat(all).hasSize(RECORDS);
    }

    private static String origin(ConsumerRecord<byte[], byte[]> letter) {
        return header(letter, "partition") + "@" + header(letter, "offset");
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return new String(
                letter.headers().lastHeader("__dlq.errors." + name).value(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private ProcessorServer rejecting(int port) throws IOException {
        return Processor.named("bad")
                .handler(this::reject)
                .credit(CREDIT, 0)
                .port(port)
                .start();
    }

    private Verdict reject(Record record) {
        rejected.add(record.partition() + "@" + record.offset());
        return Verdict.reject("BAD_DEPLOY", "no field of that name");
    }

    private Verdict ack(Record record) {
        acked.add(record.partition() + "@" + record.offset());
        return Verdict.ack();
    }

    private static String filled(TestKafka kafka, String name) {
        String topic = kafka.topic(name, PARTITIONS);
        kafka.broker().createTopic("dlq." + topic, 1);
        Producing.all(
                kafka.bootstrapServers(),
                new RecordGenerator(3, RECORDS, 500, PARTITIONS, 50, 100).records(topic),
                sent -> {});
        return topic;
    }
}
