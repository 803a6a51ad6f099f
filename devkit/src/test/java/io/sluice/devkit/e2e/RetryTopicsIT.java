package io.sluice.devkit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.e2e.FailingProcessor.Delivery;
import io.sluice.devkit.e2e.FailingProcessor.Fate;
import io.sluice.devkit.e2e.FailingProcessor.Place;
import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.junit.WithKafka;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.Topics;
import io.sluice.ingest.Gateway;
import io.sluice.ingest.delivery.Ordering;
import io.sluice.processor.Outcome;
import io.sluice.processor.Record;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records that fail wait in retry topics, come back when they are due and end in the dead-letter topic as if they had never been away. */
@WithKafka
class RetryTopicsIT {
    private static final int RECORDS = 2_000;
    private static final int PARTITIONS = 3;
    private static final int MAX_ATTEMPTS = 4;
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration SECOND = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What headers of such names say in a record of the source is the producer's affair. */
    private static final Map<String, String> FORGED =
            Map.of("sluice.retry.attempts", "99", "sluice.retry.due-at", "9999999999999", "sluice.retry.format", "1");

    @ParameterizedTest
    @CsvSource({"NONE,classic", "NONE,consumer", "KEY,classic"})
    void failingRecordsComeBackWhenTheyAreDue(Ordering ordering, String protocol, TestKafka kafka) throws Exception {
        String topic = kafka.topic("retry-topics", PARTITIONS, Map.of("retention.ms", "-1"));
        kafka.broker().createTopic("dlq." + topic, 2, Map.of("retention.ms", "-1"));
        produce(kafka, topic, 0, RECORDS);
        long startMs = System.currentTimeMillis();
        try (FailingProcessor processor = new FailingProcessor()) {
            Pipelines pipeline = Pipelines.of(topic, processor.port())
                    .ordering(ordering)
                    .protocol(protocol)
                    .maxAttempts(MAX_ATTEMPTS)
                    .retryTopics(true, FIRST, SECOND);
            try (Gateway gateway = Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), pipeline))) {
                awaitSettled(kafka, pipeline, gateway);
            }
            assertThat(processor.acked())
                    .isEqualTo(numbers().filter(n -> Fate.of(n) != Fate.ALWAYS).count());
            assertThat(processor.duplicates()).isZero();
            Map<Place, ConsumerRecord<byte[], byte[]>> stored = stored(kafka, topic);
            processor.deliveries().forEach((place, all) -> assertDelivered(place, all, stored.get(place)));
            assertDeadLetters(kafka, pipeline, processor, startMs);
        }
    }

    @Test
    void missingRetryTopicsHoldWhatFailsAndNothingElse(TestKafka kafka) throws Exception {
        String topic = kafka.topic("retry-missing", PARTITIONS, Map.of("retention.ms", "-1"));
        kafka.broker().createTopic("dlq." + topic, 2, Map.of("retention.ms", "-1"));
        produce(kafka, topic, 0, RECORDS);
        long failing = numbers().filter(n -> n % 10 < 4).count();
        try (FailingProcessor processor = new FailingProcessor();
                LogLines log = new LogLines()) {
            Pipelines pipeline = Pipelines.of(topic, processor.port())
                    .ordering(Ordering.NONE)
                    .maxAttempts(MAX_ATTEMPTS)
                    .retryTopics(false, FIRST, SECOND);
            try (Gateway gateway = Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), pipeline))) {
                AdminPages admin = new AdminPages(gateway);
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(processor.acked()).isEqualTo(RECORDS - failing);
                    assertThat(admin.metric("sluice_dead_letters_held_records", Map.of("pipeline", topic)))
                            .isEqualTo(failing);
                });
                // Records that asked for a longer wait go to the second one: which of the two it names is as it comes.
                assertThat(admin.pipeline(topic).get("reason").asString())
                        .containsPattern("retry topic (" + Pattern.quote(pipeline.retryTopic(FIRST)) + "|"
                                + Pattern.quote(pipeline.retryTopic(SECOND)) + ") does not exist")
                        .contains("the record is held and its offset is not committed");
                assertThat(log.with("ERROR", "retry topics do not exist", pipeline.retryTopic(SECOND)))
                        .hasSize(1);
                assertThat(Topics.lag(
                                Topics.endOffsets(kafka.bootstrapServers(), topic),
                                Topics.committed(kafka.bootstrapServers(), pipeline.group())))
                        .isPositive();

                kafka.broker().createTopic(pipeline.retryTopic(FIRST), PARTITIONS);
                kafka.broker().createTopic(pipeline.retryTopic(SECOND), PARTITIONS);
                awaitSettled(kafka, pipeline, gateway);
            }
            assertThat(processor.acked())
                    .isEqualTo(numbers().filter(n -> Fate.of(n) != Fate.ALWAYS).count());
            assertThat(processor.duplicates()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"classic", "consumer"})
    void aPatternOfSourcesLeavesRoomForRetryTopics(String protocol, TestKafka kafka) throws Exception {
        String topic = kafka.topic("retry-pattern", PARTITIONS, Map.of("retention.ms", "-1"));
        kafka.broker().createTopic("dlq." + topic, 2);
        produce(kafka, topic, 0, 100);
        try (FailingProcessor processor = new FailingProcessor()) {
            Pipelines pipeline = Pipelines.of(topic, processor.port())
                    .pattern("none|" + topic)
                    .ordering(Ordering.NONE)
                    .protocol(protocol)
                    .maxAttempts(MAX_ATTEMPTS)
                    .retryTopics(true, FIRST);
            try (Gateway gateway = Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), pipeline))) {
                awaitSettled(kafka, pipeline, gateway);
            }
            assertThat(processor.acked()).isEqualTo(90);
            assertThat(processor.duplicates()).isZero();
            assertThat(deadLetters(kafka, pipeline)).hasSize(10);
        }
    }

    @Test
    void whatThisPipelineHasNotPutThereIsDeadLettered(TestKafka kafka) throws Exception {
        String topic = kafka.topic("retry-foreign", PARTITIONS);
        kafka.broker().createTopic("dlq." + topic, 2, Map.of("retention.ms", "-1"));
        try (FailingProcessor processor = new FailingProcessor()) {
            Pipelines pipeline = Pipelines.of(topic, processor.port())
                    .ordering(Ordering.NONE)
                    .maxAttempts(MAX_ATTEMPTS)
                    .retryTopics(true, FIRST);
            try (Gateway gateway = Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), pipeline))) {
                produce(kafka, pipeline.retryTopic(FIRST), 0, 9);
                awaitSettled(kafka, pipeline, gateway);
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(deadLetters(kafka, pipeline)).hasSize(9));
            }
            assertThat(processor.deliveries()).isEmpty();
            assertThat(deadLetters(kafka, pipeline)).allSatisfy(letter -> {
                assertThat(text(letter, "sluice.dlq.cause")).isEqualTo("DECODE");
                assertThat(text(letter, "__dlq.errors.topic")).isEqualTo(pipeline.retryTopic(FIRST));
                assertThat(text(letter, "sluice.dlq.reason")).contains("has not put this record into its retry topic");
            });
        }
    }

    /** Attempts count on, no attempt comes early, and each delivery shows the record as it is in the source. */
    private static void assertDelivered(Place place, List<Delivery> all, ConsumerRecord<byte[], byte[]> stored) {
        assertThat(stored).as("%s is a place in the source", place).isNotNull();
        Fate fate = Fate.of(FailingProcessor.number(all.get(0).record()));
        int expected = fate == Fate.ALWAYS ? MAX_ATTEMPTS : fate.failures + 1;
        assertThat(all.stream().map(Delivery::attempt))
                .as("%s %s", place, fate)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, expected).boxed().toList());
        boolean keyed = all.get(0).record().key() != null;
        for (int i = 1; i < all.size(); i++) {
            Duration least = fate.asks != null ? fate.asks : i == 1 ? FIRST : SECOND;
            Duration waited =
                    Duration.ofNanos(all.get(i).atNs() - all.get(i - 1).atNs());
            if (!keyed) {
                assertThat(waited)
                        .as("wait of %s before attempt %d", place, i + 1)
                        .isGreaterThanOrEqualTo(least);
            }
        }
        for (Delivery delivery : all) {
            Record record = delivery.record();
            assertThat(record.value()).isEqualTo(stored.value());
            assertThat(record.key()).isEqualTo(stored.key());
            assertThat(record.timestampMs()).isEqualTo(stored.timestamp());
            assertThat(record.timestampType().ordinal()).isEqualTo(1);
            assertThat(record.headers().stream().map(h -> h.name() + "=" + hex(h.value())))
                    .containsExactlyElementsOf(headers(stored));
        }
    }

    private static void assertDeadLetters(
            TestKafka kafka, Pipelines pipeline, FailingProcessor processor, long startMs) {
        Set<Place> expected = new HashSet<>();
        processor.deliveries().forEach((place, all) -> {
            if (all.stream().noneMatch(d -> d.outcome() == Outcome.ACK)) {
                expected.add(place);
            }
        });
        assertThat(expected).hasSize(RECORDS / 10);
        List<Place> letters = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> letter : deadLetters(kafka, pipeline)) {
            letters.add(origin(letter));
            assertThat(text(letter, "sluice.dlq.attempts")).isEqualTo(Integer.toString(MAX_ATTEMPTS));
            assertThat(text(letter, "sluice.dlq.cause")).isEqualTo("ATTEMPTS");
            assertThat(text(letter, "__dlq.errors.delivery.count")).isEqualTo(Integer.toString(MAX_ATTEMPTS));
            long firstMs = java.time.Instant.parse(text(letter, "sluice.dlq.first-failed-at"))
                    .toEpochMilli();
            long lastMs = java.time.Instant.parse(text(letter, "sluice.dlq.failed-at"))
                    .toEpochMilli();
            assertThat(firstMs).isGreaterThanOrEqualTo(startMs);
            if (letter.key() == null) {
                assertThat(lastMs - firstMs)
                        .isGreaterThanOrEqualTo(FIRST.plus(SECOND).plus(SECOND).toMillis() - 5);
            }
            FORGED.forEach((name, value) ->
                    assertThat(text(letter, name)).as("passed through").isEqualTo(value));
        }
        assertThat(letters).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Half of the records have no key; all carry headers that look like the gateway's. */
    private static void produce(TestKafka kafka, String topic, int from, int count) {
        Producing.all(
                kafka.bootstrapServers(),
                LongStream.range(from, from + count)
                        .mapToObj(n -> record(topic, n))
                        .iterator(),
                sent -> {});
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, long n) {
        byte[] key = (n / 10) % 2 == 0 ? null : Long.toString(n).getBytes(UTF_8);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic, (int) (n % PARTITIONS), 1_600_000_000_000L + n, key, (" " + n).getBytes(UTF_8));
        record.headers()
                .add(new RecordHeader("same", new byte[] {0, (byte) 0xff}))
                .add(new RecordHeader("same", null));
        FORGED.forEach((name, value) -> record.headers().add(new RecordHeader(name, value.getBytes(UTF_8))));
        return record;
    }

    private static LongStream numbers() {
        return LongStream.range(0, RECORDS);
    }

    private static void awaitSettled(TestKafka kafka, Pipelines pipeline, Gateway gateway) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
            var committed = Topics.committed(kafka.bootstrapServers(), pipeline.group());
            for (String topic : pipeline.topicsRead()) {
                var ends = Topics.endOffsets(kafka.bootstrapServers(), topic);
                ends.values().removeIf(end -> end == 0);
                assertThat(committed).as(gateway.status().toString()).containsAllEntriesOf(ends);
            }
        });
    }

    private static Map<Place, ConsumerRecord<byte[], byte[]>> stored(TestKafka kafka, String topic) {
        Map<Place, ConsumerRecord<byte[], byte[]>> stored = new java.util.HashMap<>();
        Topics.forEach(
                kafka.bootstrapServers(), topic, r -> stored.put(new Place(topic, r.partition(), r.offset()), r));
        return stored;
    }

    private static List<ConsumerRecord<byte[], byte[]>> deadLetters(TestKafka kafka, Pipelines pipeline) {
        return Topics.readAll(kafka.bootstrapServers(), pipeline.deadLetters());
    }

    private static Place origin(ConsumerRecord<byte[], byte[]> letter) {
        return new Place(
                text(letter, "__dlq.errors.topic"),
                Integer.parseInt(text(letter, "__dlq.errors.partition")),
                Long.parseLong(text(letter, "__dlq.errors.offset")));
    }

    private static String text(ConsumerRecord<byte[], byte[]> letter, String header) {
        return new String(letter.headers().lastHeader(header).value(), UTF_8);
    }

    private static List<String> headers(ConsumerRecord<byte[], byte[]> stored) {
        List<String> all = new ArrayList<>();
        stored.headers().forEach(h -> all.add(h.key() + "=" + hex(h.value())));
        return all;
    }

    private static String hex(byte[] bytes) {
        return bytes == null ? "null" : java.util.HexFormat.of().formatHex(bytes);
    }
}
