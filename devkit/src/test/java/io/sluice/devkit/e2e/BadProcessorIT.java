package io.sluice.devkit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.e2e.BadFrames.Case;
import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.junit.WithKafka;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.Topics;
import io.sluice.ingest.Gateway;
import io.sluice.ingest.admin.PipelineStatus;
import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Verdict;
import io.sluice.proto.processor.v1.Record;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/**
 * A processor that breaks the contract, in every way there is, against a running gateway: each stream ends with one clear
 * line, the violation is counted, nothing it said in that frame counts, and a sound processor then gets the records.
 *
 * <p>Each case has a pipeline of its own; all read the same six records.
 */
@WithKafka
class BadProcessorIT {
    private static final String GOLDEN = "bad-processors.txt";
    private static final int RECORDS = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Map<String, Case> cases = new LinkedHashMap<>();
    private final AtomicLong delivered = new AtomicLong();

    @Test
    void everyBadFrameEndsItsStreamWithOneClearLineAndLosesNothing(TestKafka kafka) throws Exception {
        // As in oxia-db/oxia#1276.
        for (Case bad : BadFrames.all()) {
            cases.put("bad-" + bad.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"), bad);
        }
        String topic = kafka.topic("bad", 1);
        send(kafka, topic);
        int goodPort = freePort();
        try (LogLines log = new LogLines();
                BadProcessor bad = new BadProcessor(cases);
                Gateway gateway = Gateway.start(Pipelines.gateway(
                        kafka.bootstrapServers(),
                        cases.keySet().stream()
                                .map(name -> Pipelines.of(topic, bad.port(), goodPort)
                                        .named(name))
                                .toArray(Pipelines[]::new)))) {
            await().atMost(PATIENCE).until(() -> gateway.status().stream().allMatch(BadProcessorIT::hasAllRecords));

            bad.wantRecords();

            await().atMost(PATIENCE).until(() -> bad.over.containsAll(cases.keySet()));
            List<String> lines = cases.keySet().stream()
                    .map(name -> cases.get(name).name() + " -> " + line(name, bad, log))
                    .toList();
            assertThat(String.join("\n", lines) + "\n").isEqualTo(golden());
            assertThat(lines).hasSizeGreaterThanOrEqualTo(20);
            assertThat(bad.batches.values())
                    .allSatisfy(
                            batch -> assertThat(batch.getRecordsList().stream().map(Record::getGroup))
                                    .as("the batch that the frames are about")
                                    .containsExactly(0, 0, 0, 1, 1, 1));
            assertCounted(new AdminPages(gateway), bad, log);
            assertNothingIsLost(kafka, gateway, goodPort);
        }
    }

    private void assertCounted(AdminPages admin, BadProcessor bad, LogLines log) {
        cases.forEach((name, how) -> {
            String reason = how.raw()
                    ? how.name().contains("limit") ? "frame_too_large" : "frame_unreadable"
                    : line(name, bad, log).split(":")[0].toLowerCase(Locale.ROOT);
            Map<String, String> labels = Map.of("pipeline", name, "reason", reason);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(admin.metric("sluice_contract_violations_total", labels))
                            .as("%s", labels)
                            .isEqualTo(1));
        });
        assertThat(admin.metric("sluice_contract_violations_total", Map.of())).isEqualTo(cases.size());
        assertThat(admin.metric("sluice_records_settled_total", Map.of()))
                .as("settled by what came before a bad frame, and nothing else")
                .isEqualTo(settledBefore());
    }

    private void assertNothingIsLost(TestKafka kafka, Gateway gateway, int goodPort) throws IOException {
        try (ProcessorServer good = Processor.named("good")
                .port(goodPort)
                .handler(record -> {
                    delivered.incrementAndGet();
                    return Verdict.ack();
                })
                .start()) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(gateway.status())
                            .allSatisfy(
                                    p -> assertThat(p.settled().get("acked")).isEqualTo(RECORDS)));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> cases.keySet()
                            .forEach(name -> assertThat(Topics.committed(kafka.bootstrapServers(), "g." + name)
                                            .values())
                                    .as(name)
                                    .containsExactly((long) RECORDS)));
            assertThat(delivered.get()).isEqualTo((long) cases.size() * RECORDS - settledBefore());
            assertThat(gateway.alive()).isTrue();
            assertThat(gateway.status()).allSatisfy(p -> {
                assertThat(p.state()).isEqualTo(PipelineStatus.State.RUNNING);
                assertThat(p.settled().get("dead_lettered")).isZero();
            });
            System.out.printf(
                    "bad processor: cases %d, records %d, settled by good frames before a bad one %d, delivered to the "
                            + "sound processor on %s %d%n",
                    cases.size(), cases.size() * RECORDS, settledBefore(), good.port(), delivered.get());
        }
    }

    private long settledBefore() {
        return cases.values().stream().mapToLong(Case::settled).sum();
    }

    private static boolean hasAllRecords(PipelineStatus pipeline) {
        return pipeline.state() == PipelineStatus.State.RUNNING && pipeline.inFlightRecords() == RECORDS;
    }

    /** What the processor's author gets to see; where gRPC cuts the call, what the gateway's log says. */
    private String line(String pipeline, BadProcessor bad, LogLines log) {
        if (!cases.get(pipeline).raw()) {
            return await().atMost(PATIENCE).until(() -> bad.goodbyes.get(pipeline), Objects::nonNull);
        }
        String line = await().atMost(PATIENCE)
                .until(
                        () -> log.with("processor stream ended", "pipeline=\"" + pipeline + "\""),
                        found -> !found.isEmpty())
                .get(0);
        return line.replaceAll("^.*reason=\"", "").replaceAll("\"$", "");
    }

    private static void send(TestKafka kafka, String topic) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        Stream.of("a", "b")
                .forEach(key -> IntStream.range(0, RECORDS / 2)
                        .forEach(i -> records.add(
                                new ProducerRecord<>(topic, 0, key.getBytes(UTF_8), (key + i).getBytes(UTF_8)))));
        Producing.all(kafka.bootstrapServers(), records.iterator(), sent -> {});
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String golden() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(BadProcessorIT.class.getResourceAsStream(GOLDEN), "no resource " + GOLDEN)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
