package io.sluice.ingest.source;

import io.sluice.devkit.kafka.EmbeddedKafka;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.Topics;
import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.config.PipelineConfig.Start;
import io.sluice.ingest.delivery.FloodPolicy;
import io.sluice.ingest.delivery.Ordering;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** One broker for each test class; tests keep apart by topic and group. */
@NullUnmarked // the package is marked by the gateway; tests pass nulls on purpose
public abstract class KafkaTest {
    protected static EmbeddedKafka kafka;
    private static final AtomicInteger names = new AtomicInteger();

    protected final String topic = "t" + names.incrementAndGet();
    protected final String group = "g-" + topic;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    protected static Map<String, String> client() {
        return Map.of("bootstrap.servers", kafka.bootstrapServers());
    }

    protected PipelineConfig config(String protocol, Start start) {
        return config(protocol, start, Duration.ofSeconds(5), Map.of(), false);
    }

    protected PipelineConfig config(
            String protocol, Start start, Duration drain, Map<String, String> properties, boolean createDlq) {
        return new PipelineConfig(
                "p-" + topic,
                new PipelineConfig.Source(List.of(topic), false, group, protocol, start, properties),
                Ordering.KEY,
                1,
                new PipelineConfig.Processor(
                        List.of("static://127.0.0.1:1"),
                        1,
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5),
                        new PipelineConfig.Batch(500, 262_144, Duration.ofMillis(2)),
                        Duration.ofSeconds(10)),
                new PipelineConfig.InFlight(10_000, 64 << 20),
                new PipelineConfig.Retry(
                        5,
                        3,
                        Duration.ofMillis(200),
                        Duration.ofSeconds(30),
                        2,
                        0.2,
                        null,
                        PipelineConfig.RetryTopics.NONE),
                new PipelineConfig.DeadLetters("dlq." + topic, createDlq, FloodPolicy.OFF, Map.of()),
                Duration.ofMillis(200),
                drain);
    }

    /** Writes {@code count} records to a partition of the topic. */
    protected void produce(int partition, int count) {
        produce(IntStream.range(0, count)
                .mapToObj(i -> new ProducerRecord<>(topic, partition, bytes("k" + i % 10), bytes("v" + i)))
                .toList());
    }

    protected static void produce(List<ProducerRecord<byte[], byte[]>> records) {
        Producing.all(kafka.bootstrapServers(), new ArrayList<>(records).iterator(), n -> {});
    }

    protected long committed(int partition) {
        return Topics.committed(kafka.bootstrapServers(), group)
                .getOrDefault(new TopicPartition(topic, partition), -1L);
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
