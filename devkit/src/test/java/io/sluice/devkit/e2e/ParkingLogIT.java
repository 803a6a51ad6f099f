package io.sluice.devkit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.junit.WithKafka;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.Topics;
import io.sluice.ingest.Gateway;
import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

/** What a parking log keeps across gateways that stop in order, and what happens when it cannot take or has lost records. */
@WithKafka
class ParkingLogIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int HOT = 400;
    private static final int OTHER = 200;
    private static final long INDEX = 64L << 20;
    private static final int NEVER = Integer.MAX_VALUE;

    private final Map<String, List<Integer>> acked = new ConcurrentHashMap<>();
    private final Map<Integer, List<Integer>> attempts = new ConcurrentHashMap<>();
    /** Records of a key with this number, or a greater one, fail. */
    private final Map<String, Integer> failFrom = new ConcurrentHashMap<>();

    private final Map<Gateway, AdminPages> pages = new ConcurrentHashMap<>();

    private Verdict handle(Record record) {
        String key = new String(record.key(), UTF_8);
        int number = Integer.parseInt(new String(record.value(), UTF_8).split(" ")[0]);
        if (key.equals("hot")) {
            attempts.computeIfAbsent(number, n -> new ArrayList<>()).add(record.attempt());
        }
        if (number >= failFrom.getOrDefault(key, NEVER)) {
            return Verdict.retry("BUSY", "for a while");
        }
        acked.computeIfAbsent(key, k -> new ArrayList<>()).add(number);
        return Verdict.ack();
    }

    private int acked(String key) {
        return acked.getOrDefault(key, List.of()).size();
    }

    private ProcessorServer processor() throws Exception {
        return Processor.named("parking").handler(this::handle).start();
    }

    private static Pipelines pipeline(TestKafka kafka, String name, ProcessorServer processor) {
        String topic = kafka.topic(name, 1, Map.of());
        kafka.broker().createTopic("dlq." + topic, 1);
        return Pipelines.of(topic, processor.port())
                .inFlight(320, 64 << 20)
                .maxAttempts(100_000)
                .maxBackoff(Duration.ofMillis(50))
                .parking(true, INDEX);
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String key, int number, int bytes) {
        // Noise, or it would be small again in a compressed batch.
        String text = number + " "
                + new SplittableRandom(number)
                        .ints(bytes, 'a', 'z')
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining());
        return new ProducerRecord<>(topic, 0, key.getBytes(UTF_8), text.getBytes(UTF_8));
    }

    private static void produce(TestKafka kafka, String topic, String key, int from, int to) {
        Producing.all(
                kafka.bootstrapServers(),
                IntStream.range(from, to)
                        .mapToObj(i -> record(topic, key, i, 1))
                        .iterator(),
                sent -> {});
    }

    private static Gateway start(TestKafka kafka, Pipelines pipeline) throws IOException {
        return Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), pipeline));
    }

    private double metric(Gateway gateway, String name) {
        return pages(gateway).metric(name, Map.of());
    }

    private AdminPages pages(Gateway gateway) {
        return pages.computeIfAbsent(gateway, AdminPages::new);
    }

    private static long committed(TestKafka kafka, Pipelines pipeline) {
        return Topics.committed(kafka.bootstrapServers(), pipeline.group())
                .getOrDefault(new TopicPartition(pipeline.topic, 0), -1L);
    }

    /** What is parked is settled in the source, so its position alone tells nothing of acks. */
    private void awaitSettled(TestKafka kafka, Pipelines pipeline, int records) {
        await("acked").atMost(PATIENCE).until(() -> acked("hot") + acked("other") >= records);
        await("settled")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(committed(kafka, pipeline)).isEqualTo(records));
    }

    @Test
    void anOrderlyStopRepeatsNothingForgetsNoAttemptAndTheLogIsTrimmed(TestKafka kafka) throws Exception {
        try (ProcessorServer processor = processor()) {
            Pipelines pipeline = pipeline(kafka, "parking-orderly", processor);
            failFrom.put("hot", 0);
            failFrom.put("other", 0);
            produce(kafka, pipeline.topic, "hot", 0, HOT);
            produce(kafka, pipeline.topic, "other", 0, OTHER);
            try (Gateway first = start(kafka, pipeline)) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(metric(first, "sluice_parked_records"))
                                .isGreaterThan(HOT + OTHER - 60));
                assertThat(metric(first, "sluice_parked_keys")).isEqualTo(2);
                failFrom.remove("other");
                failFrom.put("hot", HOT / 2);
                await("what was read back fails").atMost(PATIENCE).until(() -> attempts.containsKey(HOT / 2));
                await("others").atMost(PATIENCE).until(() -> acked("other") == OTHER);
                await("fails again")
                        .atMost(PATIENCE)
                        .until(() -> attempts.get(HOT / 2).size() >= 5);
            }
            int before = attempts.get(HOT / 2).size();
            try (Gateway second = start(kafka, pipeline)) {
                await("tried again")
                        .atMost(PATIENCE)
                        .until(() -> attempts.get(HOT / 2).size() > before);
                assertThat(attempts.get(HOT / 2).get(before)).as("attempt").isEqualTo(before + 1);
                failFrom.remove("hot");
                awaitSettled(kafka, pipeline, HOT + OTHER);
                await("trimmed").atMost(PATIENCE).until(() -> begin(kafka, pipeline.parkingTopic()) > 0);
                assertThat(pages(second).pipeline(pipeline.name()).get("state").asString())
                        .isEqualTo("RUNNING");
            }
            assertThat(acked.get("hot"))
                    .isEqualTo(IntStream.range(0, HOT).boxed().toList());
            assertThat(acked.get("other"))
                    .isEqualTo(IntStream.range(0, OTHER).boxed().toList());
        }
    }

    @Test
    void aLogThatLostRecordsStopsThePipelineBeforeItReads(TestKafka kafka) throws Exception {
        try (ProcessorServer processor = processor()) {
            Pipelines pipeline = pipeline(kafka, "parking-cut", processor);
            failFrom.put("hot", 0);
            produce(kafka, pipeline.topic, "hot", 0, HOT);
            try (Gateway first = start(kafka, pipeline)) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(metric(first, "sluice_parked_records"))
                                .isGreaterThan(HOT - 60));
            }
            long committed = committed(kafka, pipeline);
            TopicPartition parking = new TopicPartition(pipeline.parkingTopic(), 0);
            try (Admin admin = kafka.broker().admin()) {
                admin.deleteRecords(Map.of(parking, RecordsToDelete.beforeOffset(HOT / 2)))
                        .all()
                        .get();
            }
            int deliveries = attempts.get(0).size();
            try (Gateway second = start(kafka, pipeline)) {
                AdminPages admin = pages(second);
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(admin.pipeline(pipeline.name())
                                        .get("state")
                                        .asString())
                                .isEqualTo("FAILED"));
                assertThat(admin.pipeline(pipeline.name()).get("reason").asString())
                        .isEqualTo("parking log " + parking + ": it begins at " + HOT / 2
                                + ", above the committed position 0; something else than this pipeline has removed records"
                                + " from it, and what waited there may be lost; nothing was committed");
            }
            assertThat(attempts.get(0)).as("nothing was delivered").hasSize(deliveries);
            assertThat(committed(kafka, pipeline)).isEqualTo(committed);
        }
    }

    @Test
    void whatTheTopicDoesNotTakeHoldsItsKeyAloneAndSaysWhy(TestKafka kafka) throws Exception {
        try (ProcessorServer processor = processor()) {
            Pipelines pipeline = pipeline(kafka, "parking-large", processor).parking(false, INDEX);
            kafka.broker().createTopic(pipeline.parkingTopic(), 1, Map.of("max.message.bytes", "3000"));
            failFrom.put("hot", 0);
            produce(kafka, pipeline.topic, "hot", 0, 40);
            Producing.all(
                    kafka.bootstrapServers(),
                    List.of(record(pipeline.topic, "hot", 40, 9_000)).iterator(),
                    sent -> {});
            produce(kafka, pipeline.topic, "hot", 41, 60);
            produce(kafka, pipeline.topic, "other", 0, OTHER);
            try (Gateway gateway = start(kafka, pipeline)) {
                await("others").atMost(PATIENCE).until(() -> acked("other") == OTHER);
                failFrom.remove("hot");
                await("held")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(pages(gateway)
                                        .get("/api/v1/pipelines/" + pipeline.name() + "/why")
                                        .body())
                                .contains("PARKING_HELD", "could not be written to the parking topic"));
                assertThat(acked.get("hot"))
                        .isEqualTo(IntStream.range(0, 40).boxed().toList());
                ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, pipeline.parkingTopic());
                try (Admin admin = kafka.broker().admin()) {
                    admin.incrementalAlterConfigs(Map.of(
                                    topic,
                                    List.of(new AlterConfigOp(
                                            new ConfigEntry("max.message.bytes", "1000000"),
                                            AlterConfigOp.OpType.SET))))
                            .all()
                            .get();
                }
                awaitSettled(kafka, pipeline, 60 + OTHER);
            }
            assertThat(acked.get("hot"))
                    .isEqualTo(IntStream.range(0, 60).boxed().toList());
        }
    }

    @Test
    void aFullIndexStopsItsPartitionAndLosesNothing(TestKafka kafka) throws Exception {
        int records = 4_000;
        try (ProcessorServer processor = processor()) {
            Pipelines pipeline = pipeline(kafka, "parking-full", processor).parking(true, 64 << 10);
            failFrom.put("hot", 0);
            produce(kafka, pipeline.topic, "hot", 0, records);
            try (Gateway gateway = start(kafka, pipeline)) {
                await("full")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(metric(gateway, "sluice_parked_withheld_records"))
                                .isGreaterThan(200));
                await("paused")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(metric(gateway, "sluice_partitions_paused"))
                                .isEqualTo(1));
                assertThat(metric(gateway, "sluice_parked_records")).isBetween(1_900.0, 2_048.0);
                failFrom.remove("hot");
                awaitSettled(kafka, pipeline, records);
            }
            assertThat(acked.get("hot"))
                    .isEqualTo(IntStream.range(0, records).boxed().toList());
        }
    }

    private static long begin(TestKafka kafka, String topic) throws Exception {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Admin admin = kafka.broker().admin()) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }
    }
}
