package io.sluice.devkit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.e2e.Specimens.Specimen;
import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.junit.WithKafka;
import io.sluice.devkit.kafka.Topics;
import io.sluice.ingest.Gateway;
import io.sluice.processor.Header;
import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Records of every shape, under each codec and type of timestamp, are the same in the processor and in the dead-letter
 * topic as in the topic they come from. Every specimen is there twice: once to be acked, once to be rejected.
 */
@WithKafka
class ByteFidelityIT {
    /** One partition for each. */
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");

    private static final String UNTRUSTED = "x-untrusted-";
    private static final List<String> ADDED = List.of(
            "__dlq.errors.topic",
            "__dlq.errors.partition",
            "__dlq.errors.offset",
            "__dlq.errors.group",
            "__dlq.errors.delivery.count",
            "__dlq.errors.message",
            "sluice.dlq.pipeline",
            "sluice.dlq.cause",
            "sluice.dlq.code",
            "sluice.dlq.reason",
            "sluice.dlq.attempts",
            "sluice.dlq.deliveries",
            "sluice.dlq.processor",
            "sluice.dlq.first-failed-at",
            "sluice.dlq.failed-at",
            "sluice.dlq.redrives",
            "sluice.dlq.x.why");

    private record Place(int partition, long offset) {}

    private final Map<Place, Record> received = new ConcurrentHashMap<>();
    private final Instant began = Instant.now().minusSeconds(1);

    @ParameterizedTest
    @ValueSource(strings = {"CreateTime", "LogAppendTime"})
    void everyRecordIsTheSameInTheProcessorAndInTheDeadLetterTopic(String timestamps, TestKafka kafka)
            throws Exception {
        String topic = kafka.topic(
                "bytes",
                CODECS.size(),
                Map.of("message.timestamp.type", timestamps, "retention.ms", "-1", "max.message.bytes", "1048588"));
        List<Specimen> specimens = Specimens.all(11, System.currentTimeMillis());
        for (int partition = 0; partition < CODECS.size(); partition++) {
            produce(kafka, topic, partition, specimens);
        }
        try (ProcessorServer processor =
                Processor.named("bytes").version("1.2").handler(this::handle).start()) {
            Pipelines pipeline = Pipelines.of(topic, processor.port());
            kafka.broker()
                    .createTopic(
                            pipeline.deadLetters(),
                            3,
                            Map.of(
                                    "message.timestamp.type",
                                    "CreateTime",
                                    "retention.ms",
                                    "-1",
                                    "max.message.bytes",
                                    "2097152"));
            try (Gateway gateway = Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), pipeline))) {
                await().atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(200))
                        .untilAsserted(() -> assertThat(Topics.committed(kafka.bootstrapServers(), pipeline.group()))
                                .as(gateway.status().toString())
                                .isEqualTo(Topics.endOffsets(kafka.bootstrapServers(), topic)));
            }
            assertSame(kafka, pipeline, specimens, timestamps);
        }
    }

    private void assertSame(TestKafka kafka, Pipelines pipeline, List<Specimen> specimens, String timestamps) {
        List<ConsumerRecord<byte[], byte[]>> stored = Topics.readAll(kafka.bootstrapServers(), pipeline.topic);
        Map<Place, ConsumerRecord<byte[], byte[]>> letters = new HashMap<>();
        Topics.forEach(
                kafka.bootstrapServers(),
                pipeline.deadLetters(),
                letter -> assertThat(letters.put(origin(letter), letter)).isNull());

        assertThat(stored).hasSize(CODECS.size() * specimens.size() * 2);
        assertThat(received).hasSize(stored.size());
        assertThat(letters).hasSize(stored.size() / 2);
        long bytes = 0;
        for (ConsumerRecord<byte[], byte[]> record : stored) {
            Specimen specimen = specimens.get((int) record.offset() / 2);
            Place place = new Place(record.partition(), record.offset());
            String what = specimen.what() + ", " + CODECS.get(record.partition()) + ", " + timestamps;
            assertStored(record, specimen, what, timestamps);
            assertReceived(record, received.get(place), what);
            if (rejected(record.offset())) {
                assertLetter(record, letters.get(place), pipeline, what);
            }
            bytes += record.serializedKeySize() + record.serializedValueSize();
        }
        System.out.printf(
                "byte fidelity, %s: %d specimens, codecs %s, records %d, bytes of keys and values %d, dead letters %d%n",
                timestamps, specimens.size(), CODECS, stored.size(), bytes, letters.size());
    }

    /** The test's own ground: Kafka has what was produced. */
    private static void assertStored(
            ConsumerRecord<byte[], byte[]> record, Specimen specimen, String what, String timestamps) {
        assertThat(record.key()).as(what).isEqualTo(specimen.key());
        assertThat(record.value()).as(what).isEqualTo(specimen.value());
        assertThat(List.of(record.headers().toArray())).as(what).isEqualTo(specimen.headers());
        assertThat(record.timestampType().toString()).as(what).isEqualTo(timestamps);
        if (timestamps.equals("CreateTime")) {
            assertThat(record.timestamp()).as(what).isEqualTo(specimen.timestampMs());
        }
    }

    private static void assertReceived(ConsumerRecord<byte[], byte[]> record, Record got, String what) {
        assertThat(got.key()).as(what).isEqualTo(record.key());
        assertThat(got.value()).as(what).isEqualTo(record.value());
        assertThat(got.timestampMs()).as(what).isEqualTo(record.timestamp());
        assertThat(got.timestampType().name().replace("_", ""))
                .as(what)
                .isEqualToIgnoringCase(record.timestampType().toString());
        assertThat(got.headers()).as(what).isEqualTo(headers(record));
        assertThat(got.attempt()).as(what).isEqualTo(1);
    }

    private void assertLetter(
            ConsumerRecord<byte[], byte[]> record,
            ConsumerRecord<byte[], byte[]> letter,
            Pipelines pipeline,
            String what) {
        assertThat(letter.key()).as(what).isEqualTo(record.key());
        assertThat(letter.value()).as(what).isEqualTo(record.value());
        assertThat(letter.timestamp()).as(what).isEqualTo(record.timestamp());
        List<Header> all = headers(letter);
        int own = all.size() - ADDED.size();
        List<Header> renamed = headers(record).stream()
                .map(h -> reserved(h.name()) ? Header.of(UNTRUSTED + h.name(), h.value()) : h)
                .toList();
        assertThat(all.subList(0, own)).as(what).isEqualTo(renamed);
        assertThat(all.subList(own, all.size()).stream().map(Header::name))
                .as(what)
                .containsExactlyElementsOf(ADDED);
        Map<String, String> added = new HashMap<>();
        all.subList(own, all.size()).forEach(h -> added.put(h.name(), h.valueAsString()));
        assertAdded(added, record, pipeline, what);
    }

    private void assertAdded(
            Map<String, String> added, ConsumerRecord<byte[], byte[]> record, Pipelines pipeline, String what) {
        assertThat(added)
                .as(what)
                .containsEntry("__dlq.errors.topic", record.topic())
                .containsEntry("__dlq.errors.partition", Integer.toString(record.partition()))
                .containsEntry("__dlq.errors.offset", Long.toString(record.offset()))
                .containsEntry("__dlq.errors.group", pipeline.group())
                .containsEntry("__dlq.errors.delivery.count", "1")
                .containsEntry("__dlq.errors.message", "odd offset")
                .containsEntry("sluice.dlq.pipeline", pipeline.name())
                .containsEntry("sluice.dlq.cause", "REJECT")
                .containsEntry("sluice.dlq.code", "ODD")
                .containsEntry("sluice.dlq.reason", "odd offset")
                .containsEntry("sluice.dlq.attempts", "0")
                .containsEntry("sluice.dlq.deliveries", "1")
                .containsEntry("sluice.dlq.redrives", "0")
                .containsEntry("sluice.dlq.x.why", "because");
        assertThat(added.get("sluice.dlq.processor")).as(what).startsWith("bytes");
        Instant first = Instant.parse(added.get("sluice.dlq.first-failed-at"));
        Instant last = Instant.parse(added.get("sluice.dlq.failed-at"));
        assertThat(first).as(what).isBetween(began, Instant.now()).isBeforeOrEqualTo(last);
        assertThat(last).as(what).isBetween(began, Instant.now());
    }

    private Verdict handle(Record record) {
        if (received.put(new Place(record.partition(), record.offset()), record) != null) {
            throw new IllegalStateException(record + " came twice");
        }
        return rejected(record.offset())
                ? Verdict.reject("ODD", "odd offset").withHeader(Header.of("why", "because"))
                : Verdict.ack();
    }

    private static boolean rejected(long offset) {
        return offset % 2 == 1;
    }

    private static boolean reserved(String header) {
        return header.startsWith("__dlq.errors.") || header.startsWith("sluice.dlq.");
    }

    private static Place origin(ConsumerRecord<byte[], byte[]> letter) {
        return new Place(Integer.parseInt(last(letter, "__dlq.errors.partition")), (int)
                Long.parseLong(last(letter, "__dlq.errors.offset")));
    }

    private static String last(ConsumerRecord<byte[], byte[]> letter, String header) {
        return new String(letter.headers().lastHeader(header).value(), UTF_8);
    }

    private static List<Header> headers(ConsumerRecord<byte[], byte[]> record) {
        List<Header> headers = new ArrayList<>();
        record.headers().forEach(h -> headers.add(Header.of(h.key(), h.value())));
        return headers;
    }

    /** Offset 2n and 2n + 1 are specimen n. */
    private static void produce(TestKafka kafka, String topic, int partition, List<Specimen> specimens)
            throws ExecutionException, InterruptedException {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "compression.type",
                CODECS.get(partition),
                "max.request.size",
                "2097152",
                "linger.ms",
                "20");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<?>> sent = new ArrayList<>();
            for (Specimen s : specimens) {
                for (int twice = 0; twice < 2; twice++) {
                    sent.add(producer.send(
                            new ProducerRecord<>(topic, partition, s.timestampMs(), s.key(), s.value(), s.headers())));
                }
            }
            for (Future<?> one : sent) {
                one.get();
            }
        }
    }
}
