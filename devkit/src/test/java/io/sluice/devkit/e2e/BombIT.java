package io.sluice.devkit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.junit.WithKafka;
import io.sluice.devkit.kafka.Topics;
import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record of some kilobytes in the log that is larger than the gateway's heap when it is decompressed. */
@WithKafka
class BombIT {
    private static final int BOMB_BYTES = 160 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Test
    void aRecordThatOutgrowsTheHeapStopsItsPipelineAndNoOther(TestKafka kafka, @TempDir Path folder) throws Exception {
        String servers = kafka.bootstrapServers();
        String bomb = kafka.topic("bomb", 1);
        String good = kafka.topic("good", 1);
        try (ProcessorServer processor =
                        Processor.named("calm").handler(record -> Verdict.ack()).start();
                GatewayChild gateway = GatewayChild.start(
                        folder,
                        servers,
                        List.of(pipeline(bomb, processor.port()), pipeline(good, processor.port())),
                        "-Xmx128m",
                        // As everywhere but in the container, whose JVM would end and be started again.
                        "-XX:-ExitOnOutOfMemoryError")) {
            send(servers, bomb, "before".getBytes(UTF_8));
            await().atMost(PATIENCE).until(() -> committed(servers, bomb) == 1);

            send(servers, bomb, new byte[BOMB_BYTES]);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(gateway.status())
                            .contains("\"state\":\"FAILED\",\"reason\":\"what comes next in " + bomb
                                    + "-0@1 is larger, when decompressed, than the heap of ")
                            .contains("nothing of it was read, its offset is not committed"));
            send(servers, good, "after".getBytes(UTF_8));
            await().atMost(PATIENCE).until(() -> committed(servers, good) == 1);
            assertThat(committed(servers, bomb)).isEqualTo(1);
            assertThat(gateway.terminate()).isZero();
        }
    }

    private static long committed(String servers, String topic) {
        return Topics.committed(servers, topic).getOrDefault(new TopicPartition(topic, 0), 0L);
    }

    private static String pipeline(String topic, int port) {
        return """
                - name: %1$s
                  source: { topics: [%1$s], group: %1$s }
                  processor: { targets: ["static://127.0.0.1:%2$d"] }
                  commit_interval: 200ms
                  dead_letter: { topic: dlq.%1$s, create: true }
                """.formatted(topic, port);
    }

    private static void send(String servers, String topic, byte[] value) throws Exception {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                servers,
                "compression.type",
                "zstd",
                "max.request.size",
                Integer.toString(2 * BOMB_BYTES),
                "buffer.memory",
                Long.toString(2L * BOMB_BYTES));
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get();
        }
    }
}
