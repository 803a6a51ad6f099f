package io.sluice.devkit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/**
 * Records at and beyond what anybody should send, through a whole gateway: each is delivered as it is, or dead-lettered for
 * its size, and the stream to the processor stays up throughout.
 */
@WithKafka
class OddRecordsIT {
    private static final long YEAR_9999 = 253_370_764_800_000L;
    private static final Map<String, String> LARGE = Map.of(
            "max.message.bytes",
            "8388608",
            "retention.ms",
            "-1",
            "message.timestamp.after.max.ms",
            "9223372036854775807");

    private final Map<String, Record> received = new ConcurrentHashMap<>();
    private final Map<String, List<Header>> sent = new ConcurrentHashMap<>();

    @Test
    void everyOddRecordIsDeliveredAsItIsOrDeadLetteredForItsSize(TestKafka kafka) throws Exception {
        // As in grpc/grpc-java#3996 and camunda/camunda#12104.
        String topic = kafka.topic("odd", 1, LARGE);
        produce(kafka, topic);
        try (ProcessorServer processor =
                Processor.named("odd").handler(this::handle).start()) {
            Pipelines pipeline = Pipelines.of(topic, processor.port());
            kafka.broker().createTopic(pipeline.deadLetters(), 1, LARGE);
            try (LogLines log = new LogLines();
                    Gateway gateway = Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), pipeline))) {
                await().atMost(Duration.ofMinutes(2))
                        .untilAsserted(() -> assertThat(Topics.committed(kafka.bootstrapServers(), pipeline.group()))
                                .as(gateway.status().toString())
                                .isEqualTo(Topics.endOffsets(kafka.bootstrapServers(), topic)));
                assertThat(log.with("processor connected"))
                        .as("one stream, never broken")
                        .hasSize(1);
            }
            assertDelivered();
            assertTooLarge(Topics.readAll(kafka.bootstrapServers(), pipeline.deadLetters()));
        }
    }

    private void assertDelivered() {
        assertThat(received.keySet()).containsExactlyInAnyOrder("headers", "header", "lines", "forged", "late", "null");
        sent.forEach((key, headers) -> {
            if (received.containsKey(key)) {
                assertThat(received.get(key).headers()).as(key).isEqualTo(headers);
            }
        });
        assertThat(received.get("late").timestampMs()).isEqualTo(YEAR_9999);
        assertThat(received.get("forged").attempt())
                .as("attempts are the gateway's to count")
                .isEqualTo(1);
    }

    private static void assertTooLarge(List<ConsumerRecord<byte[], byte[]>> letters) {
        assertThat(letters).hasSize(1);
        ConsumerRecord<byte[], byte[]> letter = letters.get(0);
        assertThat(new String(letter.key(), UTF_8)).isEqualTo("large");
        assertThat(letter.value()).hasSize(5 << 20);
        assertThat(new String(letter.headers().lastHeader("sluice.dlq.cause").value(), UTF_8))
                .isEqualTo("TOO_LARGE");
    }

    private Verdict handle(Record record) {
        byte[] key = record.key();
        received.put(key == null ? "null" : new String(key, UTF_8), record);
        return Verdict.ack();
    }

    private void produce(TestKafka kafka, String topic) throws Exception {
        Map<String, Object> properties =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "max.request.size", "8388608");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Header> many = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                many.add(Header.of("h" + i, Integer.toString(i)));
            }
            long now = System.currentTimeMillis();
            send(producer, topic, "headers", now, 10, many);
            send(producer, topic, "header", now, 10, List.of(Header.of("h", "x".repeat(1 << 20))));
            send(
                    producer,
                    topic,
                    "lines",
                    now,
                    10,
                    List.of(Header.of("a\r\nb: c", "d\r\n\u001b[31m"), Header.of("ä\u202e", "1")));
            send(
                    producer,
                    topic,
                    "forged",
                    now,
                    10,
                    List.of(
                            Header.of("sluice.retry.attempts", "-1"),
                            Header.of("sluice.retry.attempts", "2147483648"),
                            Header.of("sluice.retry.attempts", "many"),
                            Header.of("sluice.retry.not-before", "9999-12-31T23:59:59Z"),
                            Header.of("retry_topic-attempts", "99")));
            send(producer, topic, "late", YEAR_9999, 10, List.of());
            send(producer, topic, null, now, 10, List.of());
            send(producer, topic, "large", now, 5 << 20, List.of());
        }
    }

    private void send(
            KafkaProducer<byte[], byte[]> producer, String topic, String key, long ms, int size, List<Header> headers)
            throws Exception {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, 0, ms, key == null ? null : key.getBytes(UTF_8), new byte[size]);
        headers.forEach(h -> record.headers().add(h.name(), h.value()));
        sent.put(String.valueOf(key), headers);
        producer.send(record).get();
    }
}
