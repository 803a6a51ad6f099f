package io.sluice.devkit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.kafka.EmbeddedKafka;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.Topics;
import io.sluice.ingest.Gateway;
import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * Logs on a broker's disk that no producer could have made. What cannot be read stops its pipeline, which says at which
 * offset, and skips nothing; what is only unusual is delivered. One gateway reads all of them.
 */
class DamagedLogIT {
    private static final int RECORDS = 6;
    private static final long FAR = 5_000_000_000L;
    private static final long BEFORE_1970 = -86_400_000L;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Map<String, Queue<Record>> received = new ConcurrentHashMap<>();

    @Test
    void whatCannotBeReadStopsItsPipelineAtThatOffsetAndWhatIsUnusualIsDelivered() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                ProcessorServer processor =
                        Processor.named("damaged").handler(this::handle).start()) {
            List<String> topics = List.of("corrupt", "magic", "far", "negative");
            for (String topic : topics) {
                kafka.createTopic(topic, 1, Map.of("retention.ms", "-1"));
                kafka.createTopic("dlq." + topic, 1, Map.of("retention.ms", "-1"));
                IntStream.range(0, RECORDS).forEach(i -> send(kafka, topic, i));
            }
            kafka.stop();
            file(kafka, "corrupt").damage(3);
            file(kafka, "magic").magic(3, 9);
            file(kafka, "far").beginAt(FAR);
            file(kafka, "negative").timestamp(3, BEFORE_1970);
            kafka.restart();

            Pipelines[] pipelines = topics.stream()
                    .map(topic -> Pipelines.of(topic, processor.port()))
                    .toArray(Pipelines[]::new);
            try (LogLines log = new LogLines();
                    Gateway gateway = Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), pipelines))) {
                AdminPages admin = new AdminPages(gateway);
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertStopped(admin, kafka, "corrupt");
                    assertStopped(admin, kafka, "magic");
                    assertThat(committed(kafka, "far")).isEqualTo(FAR + RECORDS);
                    assertThat(committed(kafka, "negative")).isEqualTo(RECORDS);
                });
                assertThat(log.with("ERROR", "corrupt-0@3 cannot be read"))
                        .isNotEmpty()
                        .allMatch(line -> !line.contains("\n"));
            }
            assertThat(received.values().stream()
                            .flatMap(Queue::stream)
                            .filter(r ->
                                    r.topic().equals("corrupt") || r.topic().equals("magic")))
                    .as("what lies before the damage may have been delivered, nothing behind it")
                    .allMatch(r -> r.offset() < 3);
            assertThat(received.get("far").stream().map(Record::offset))
                    .containsExactly(FAR, FAR + 1, FAR + 2, FAR + 3, FAR + 4, FAR + 5);
            assertThat(received.get("negative").stream()
                            .filter(r -> r.offset() == 3)
                            .map(Record::timestampMs))
                    .containsExactly(BEFORE_1970);
            assertThat(Topics.readAll(kafka.bootstrapServers(), "dlq.negative"))
                    .as("the rejected record with the odd timestamp")
                    .hasSize(1);
            assertThat(Topics.readAll(kafka.bootstrapServers(), "dlq.corrupt")).isEmpty();
        }
    }

    private void assertStopped(AdminPages admin, EmbeddedKafka kafka, String topic) {
        var status = admin.pipeline(topic);
        assertThat(status.get("state").asString()).as("%s", status).isEqualTo("FAILED");
        assertThat(status.get("reason").asString())
                .as("%s", status)
                .startsWith(topic + "-0@3 cannot be read: ")
                .contains("; nothing after it was read, its offset is not committed;")
                .doesNotContain("\n");
        assertThat(committed(kafka, topic)).as(topic).isLessThanOrEqualTo(3);
    }

    private Verdict handle(Record record) {
        received.computeIfAbsent(record.topic(), t -> new ConcurrentLinkedQueue<>())
                .add(record);
        return record.topic().equals("negative") && record.offset() == 3 ? Verdict.reject("OLD", "old") : Verdict.ack();
    }

    private static LogFile file(EmbeddedKafka kafka, String topic) {
        return new LogFile(kafka.folder(topic, 0));
    }

    private static long committed(EmbeddedKafka kafka, String topic) {
        return Topics.committed(kafka.bootstrapServers(), "g." + topic).getOrDefault(new TopicPartition(topic, 0), -1L);
    }

    /** Each record a batch of its own. */
    private static void send(EmbeddedKafka kafka, String topic, int i) {
        Producing.all(
                kafka.bootstrapServers(),
                List.of(new ProducerRecord<>(topic, 0, "k".getBytes(UTF_8), ("v" + i).getBytes(UTF_8)))
                        .iterator(),
                sent -> {});
    }
}
