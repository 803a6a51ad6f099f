package io.sluice.devkit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.junit.WithKafka;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.Topics;
import io.sluice.ingest.Gateway;
import io.sluice.ingest.cli.Cli;
import io.sluice.ingest.delivery.FloodPolicy;
import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Scope;
import io.sluice.processor.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Promise P10: a partition with lag progresses, or says within 30 s why it does not. One record of each partition 0 is held
 * in another way; nothing holds partition 1.
 */
@WithKafka
class WhyIT {
    private static final int RECORDS = 200;
    private static final int STUCK_OFFSET = 3;
    /** SHA-256 of "stuck". */
    private static final String STUCK_HASH = "9c05ce79d0bfe037";

    private static final Duration PROMISED = Duration.ofSeconds(30);

    private final List<ProcessorServer> processors = new ArrayList<>();
    private final JsonMapper json = new JsonMapper();

    @Test
    void aPartitionThatStandsStillSaysWhy(TestKafka kafka) throws Exception {
        Pipelines waiting = pipeline(
                kafka,
                "waiting",
                r -> done(Verdict.retry("UPSTREAM_DOWN", "no route to host").withRetryAfter(Duration.ofMinutes(10))));
        Pipelines working = pipeline(kafka, "working", r -> new CompletableFuture<>());
        Pipelines held = pipeline(
                kafka,
                "held",
                r -> done(Verdict.retry("DB_DOWN", "the database restarts")
                        .withScope(Scope.PARTITION)
                        .withRetryAfter(Duration.ofMinutes(10))));
        Pipelines unwritable = pipeline(kafka, "unwritable", r -> done(Verdict.reject("NO", "will never work")));
        ProcessorServer rejecting = Processor.named("flooded")
                .handler(record -> Verdict.reject("NO", "will never work"))
                .credit(10, 0)
                .start();
        processors.add(rejecting);
        Pipelines flood = Pipelines.of(kafka.topic("flooded", 2), rejecting.port())
                .breaker(new FloodPolicy(true, 1, 10, 1, Duration.ofMinutes(10).toNanos()));
        kafka.broker().createTopic(flood.deadLetters(), 1);
        Pipelines alone = Pipelines.of(kafka.topic("alone", 2), freePort());
        List<Pipelines> all = List.of(waiting, working, held, unwritable, flood, alone);
        try (Gateway gateway =
                Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), all.toArray(Pipelines[]::new)))) {
            AdminPages admin = new AdminPages(gateway);
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(
                            () -> assertThat(admin.get("/readyz").statusCode()).isEqualTo(200));
            all.forEach(p -> send(kafka, p.topic));
            await().atMost(PROMISED).untilAsserted(() -> {
                assertHeld(admin, waiting, "WAITING", "waits for attempt 2 of 5, due in 9 min");
                assertHeld(admin, working, "IN_BATCH", "is with working/1 i at 127.0.0.1:");
                assertHeld(
                        admin, held, "HELD_BY_PROCESSOR", "waits because a processor asked for it, for another 9 min");
                assertHeld(
                        admin, unwritable, "DEAD_LETTER_HELD", "waits for its dead letter, which could not be written");
                assertStands(admin, flood, "DEAD_LETTER_FLOOD", "1 dead letter, the last REJECT NO");
                assertStands(admin, alone, "READY", "waits to be sent: no processor is connected");
            });
            assertProgressesElsewhere(kafka, List.of(waiting, working, held, unwritable));
            assertMetrics(admin, waiting);
            assertCommand(gateway, waiting);
        } finally {
            processors.forEach(ProcessorServer::close);
        }
    }

    /** A record whose processor never stops asking for another try is given up in time, and says so. */
    @Test
    void aRecordThatFailsForTooLongIsDeadLetteredAsExpired(TestKafka kafka) throws Exception {
        Pipelines pipeline = pipeline(kafka, "expiring", r -> done(Verdict.retry("UPSTREAM_DOWN", "no route to host")))
                .maxAttempts(1_000_000)
                .maxAge(Duration.ofSeconds(3));
        kafka.broker().createTopic(pipeline.deadLetters(), 1);
        send(kafka, pipeline.topic);
        try (Gateway gateway = Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), pipeline))) {
            assertThat(gateway.adminPort()).isPositive();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(Topics.lag(
                                    Topics.endOffsets(kafka.bootstrapServers(), pipeline.topic),
                                    Topics.committed(kafka.bootstrapServers(), pipeline.group())))
                            .isZero());
        } finally {
            processors.forEach(ProcessorServer::close);
        }
        List<ConsumerRecord<byte[], byte[]>> letters = Topics.readAll(kafka.bootstrapServers(), pipeline.deadLetters());
        assertThat(letters).hasSize(1);
        assertThat(header(letters.get(0), "sluice.dlq.cause")).isEqualTo("EXPIRED");
        assertThat(header(letters.get(0), "sluice.dlq.code")).isEqualTo("UPSTREAM_DOWN");
        assertThat(header(letters.get(0), "__dlq.errors.offset")).isEqualTo(Integer.toString(STUCK_OFFSET));
        Duration failing = Duration.between(
                java.time.Instant.parse(header(letters.get(0), "sluice.dlq.first-failed-at")),
                java.time.Instant.parse(header(letters.get(0), "sluice.dlq.failed-at")));
        System.out.printf(
                "max_age 3 s: given up %d ms after the first failure, attempt %s%n",
                failing.toMillis(), header(letters.get(0), "sluice.dlq.attempts"));
        assertThat(failing).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    /** The record with the stuck key is the head, everything above it is done. */
    private void assertHeld(AdminPages admin, Pipelines pipeline, String where, String text) {
        JsonNode partition = assertStands(admin, pipeline, where, text);
        assertThat(partition.get("head").get("offset").asLong())
                .as("%s", partition)
                .isEqualTo(STUCK_OFFSET);
        assertThat(partition.get("head").get("key_hash").asString()).isEqualTo(STUCK_HASH);
        assertThat(partition.get("text").asString())
                .startsWith(pipeline.topic + "-0@3 (key 9c05ce79…) ")
                .doesNotContain("stuck");
        if (!where.equals("HELD_BY_PROCESSOR")) {
            assertThat(partition.get("completed_above").asLong()).isEqualTo(RECORDS - STUCK_OFFSET - 1);
        }
    }

    /** The partition that has not moved for longest is 0, and this is why. */
    private JsonNode assertStands(AdminPages admin, Pipelines pipeline, String where, String text) {
        JsonNode why = json.readTree(
                admin.get("/api/v1/pipelines/" + pipeline.name() + "/why").body());
        JsonNode first = null;
        for (JsonNode partition : why.get("partitions")) {
            if (partition.get("partition").asInt() == 0) {
                first = partition;
            }
        }
        assertThat(first).as("%s", why).isNotNull();
        assertThat(first.get("head").isNull()).as("%s", why).isFalse();
        assertThat(first.get("head").get("where").asString()).as("%s", why).isEqualTo(where);
        assertThat(first.get("text").asString()).contains(text);
        return first;
    }

    private static void assertProgressesElsewhere(TestKafka kafka, List<Pipelines> pipelines) {
        for (Pipelines pipeline : pipelines) {
            await().atMost(PROMISED)
                    .untilAsserted(() -> assertThat(Topics.committed(kafka.bootstrapServers(), pipeline.group()))
                            .as(pipeline.name())
                            .containsValue((long) RECORDS)
                            .containsValue((long) STUCK_OFFSET));
        }
    }

    private static void assertMetrics(AdminPages admin, Pipelines pipeline) {
        Map<String, String> stuck = Map.of("pipeline", pipeline.name(), "topic", pipeline.topic, "partition", "0");
        Map<String, String> sound = Map.of("pipeline", pipeline.name(), "topic", pipeline.topic, "partition", "1");
        double seconds = admin.metric("sluice_head_of_line_seconds", stuck);
        assertThat(seconds).isPositive();
        assertThat(admin.metric("sluice_completed_above_head_records", stuck)).isEqualTo(RECORDS - STUCK_OFFSET - 1);
        assertThat(admin.metric("sluice_head_of_line_seconds", sound)).isZero();
        assertThat(admin.metric("sluice_completed_above_head_records", sound)).isZero();
        await().atMost(PROMISED)
                .untilAsserted(() -> assertThat(admin.metric("sluice_head_of_line_seconds", stuck))
                        .isGreaterThan(seconds));
    }

    private static void assertCommand(Gateway gateway, Pipelines pipeline) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, UTF_8);
        int exit = Cli.execute(
                new String[] {"why", pipeline.name(), "--url", "http://127.0.0.1:" + gateway.adminPort()},
                out,
                out,
                Map.of());
        System.out.print(bytes.toString(UTF_8));
        assertThat(exit).isZero();
        assertThat(bytes.toString(UTF_8).lines())
                .hasSize(3)
                .anyMatch(line ->
                        line.matches(".*-0@3 \\(key 9c05ce79…\\) waits for attempt 2 of 5, due in 9 min [0-9]+ s,"
                                + " last said UPSTREAM_DOWN: no route to host; 196 records above it are done;"
                                + " the position has not moved for [0-9.]+ s"))
                .anyMatch("1 partition is settled to the end"::equals);
    }

    /** Acknowledges everything but the stuck key. */
    private Pipelines pipeline(TestKafka kafka, String name, Function<Record, CompletionStage<Verdict>> stuck)
            throws IOException {
        ProcessorServer processor = Processor.named(name)
                .version("1")
                .instanceId("i")
                .concurrency(1_000)
                .asyncHandler(
                        record -> "stuck".equals(record.keyAsString()) ? stuck.apply(record) : done(Verdict.ack()))
                .start();
        processors.add(processor);
        return Pipelines.of(kafka.topic(name, 2), processor.port());
    }

    private static CompletionStage<Verdict> done(Verdict verdict) {
        return CompletableFuture.completedFuture(verdict);
    }

    private static void send(TestKafka kafka, String topic) {
        Producing.all(
                kafka.bootstrapServers(),
                IntStream.range(0, 2 * RECORDS)
                        .mapToObj(i -> new ProducerRecord<>(
                                topic,
                                i / RECORDS,
                                (i == STUCK_OFFSET ? "stuck" : "k" + i).getBytes(UTF_8),
                                "v".getBytes(UTF_8)))
                        .iterator(),
                sent -> {});
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
