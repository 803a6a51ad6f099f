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
import io.sluice.processor.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Pipelines that cannot start say exactly why, and the one beside them runs. */
@WithKafka
class PipelineFailureIT {
    private static final int RECORDS = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong deliveredOfSwapped = new AtomicLong();

    @Test
    void pipelinesThatCannotStartHaveFailedWithTheirReasonWhileTheOthersRun(TestKafka kafka) throws Exception {
        int nobody = freePort();
        try (ProcessorServer processor = Processor.named("failure")
                .handler(record -> {
                    (record.topic().contains("swapped") ? deliveredOfSwapped : delivered).incrementAndGet();
                    return Verdict.ack();
                })
                .start()) {
            Pipelines sound = Pipelines.of(filled(kafka, "sound"), processor.port());
            Pipelines missing = Pipelines.of(kafka.name("missing"), processor.port());
            Pipelines truncated = Pipelines.of(filled(kafka, "truncated"), processor.port());
            Pipelines swapped = Pipelines.of(filled(kafka, "swapped"), processor.port());
            Pipelines unreachable = Pipelines.of(kafka.name("unreachable"), processor.port())
                    .sourceKafka(Map.of("bootstrap.servers", "127.0.0.1:" + nobody));
            deleteBelow(kafka, truncated, 3, 10);
            try (Gateway gateway = Gateway.start(
                    Pipelines.gateway(kafka.bootstrapServers(), missing, truncated, unreachable, swapped, sound))) {
                AdminPages admin = new AdminPages(gateway);

                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(reasonOfFailed(admin, missing))
                            .isEqualTo("cannot describe topic " + missing.topic + " at " + kafka.bootstrapServers()
                                    + ": it does not exist; create it or correct source.topics; nothing was read");
                    assertThat(reasonOfFailed(admin, truncated))
                            .isEqualTo(truncated.topic
                                    + "-0@3 is out of range [10, 20): 7 records were deleted before delivery; nothing "
                                    + "was skipped, the offset is unchanged; to go on at the oldest record, stop the "
                                    + "pipeline and run kafka-consumer-groups --reset-offsets --to-earliest --execute "
                                    + "--group " + truncated.group() + " --topic " + truncated.topic + ":0");
                    assertThat(admin.pipeline(sound.name()).get("state").asString())
                            .isEqualTo("RUNNING");
                    assertThat(committed(kafka, sound)).isEqualTo(RECORDS);
                });
                assertProbes(admin, missing, truncated, sound);
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(committed(kafka, swapped)).isEqualTo(RECORDS));
                swap(kafka, swapped.topic);
                // As a rule nobody sees it missing. If somebody does, it is read anew; but never from the old offset.
                await().atMost(PATIENCE).untilAsserted(() -> {
                    if (deliveredOfSwapped.get() != 3 * RECORDS) {
                        assertThat(reasonOfFailed(admin, swapped))
                                .startsWith("topic " + swapped.topic + " was deleted and made anew while it was read; "
                                        + "reading had got to " + swapped.topic + "-0@")
                                .endsWith("--group " + swapped.group() + " --topic " + swapped.topic);
                    }
                });
                // Comes last: it takes the 30 s after which a cluster counts as unreachable.
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(reasonOfFailed(admin, unreachable))
                                .isEqualTo("Kafka is unreachable: nothing takes connections at 127.0.0.1:" + nobody
                                        + "; tried for 30 s"));
                assertProbes(admin, missing, truncated, sound);
                send(kafka, sound.topic);
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(committed(kafka, sound)).isEqualTo(2 * RECORDS));
            }
            assertThat(delivered.get()).isEqualTo(2 * RECORDS);
            assertThat(committed(kafka, truncated))
                    .as("the offset is unchanged")
                    .isEqualTo(3);
        }
    }

    private static String reasonOfFailed(AdminPages admin, Pipelines pipeline) {
        var status = admin.pipeline(pipeline.name());
        assertThat(status.get("state").asString()).as("%s", status).isEqualTo("FAILED");
        return status.get("reason").asString();
    }

    private static void assertProbes(AdminPages admin, Pipelines missing, Pipelines truncated, Pipelines sound) {
        HttpResponse<String> ready = admin.get("/readyz");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body())
                .contains(missing.name() + " FAILED\n", truncated.name() + " FAILED\n", sound.name() + " RUNNING\n");
        assertThat(admin.get("/livez").statusCode()).isEqualTo(200);
        assertThat(admin.metric("sluice_pipeline_state", Map.of("pipeline", truncated.name(), "state", "failed")))
                .isEqualTo(1);
        assertThat(admin.metric("sluice_pipeline_state", Map.of("pipeline", sound.name(), "state", "running")))
                .isEqualTo(1);
    }

    /** Commits an offset for the pipeline's group, then deletes what is below a later one. */
    private static void deleteBelow(TestKafka kafka, Pipelines pipeline, long committed, long first)
            throws ExecutionException, InterruptedException {
        TopicPartition partition = new TopicPartition(pipeline.topic, 0);
        try (Admin admin = kafka.broker().admin()) {
            admin.alterConsumerGroupOffsets(pipeline.group(), Map.of(partition, new OffsetAndMetadata(committed)))
                    .all()
                    .get();
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(first)))
                    .all()
                    .get();
        }
    }

    /** Another topic of the same name, twice as long. */
    private static void swap(TestKafka kafka, String topic) {
        kafka.broker().deleteTopic(topic);
        kafka.broker().createTopic(topic, 1);
        send(kafka, topic);
        send(kafka, topic);
    }

    private static long committed(TestKafka kafka, Pipelines pipeline) {
        return Topics.committed(kafka.bootstrapServers(), pipeline.group())
                .getOrDefault(new TopicPartition(pipeline.topic, 0), -1L);
    }

    private static String filled(TestKafka kafka, String name) {
        String topic = kafka.topic(name, 1);
        send(kafka, topic);
        return topic;
    }

    private static void send(TestKafka kafka, String topic) {
        Producing.all(
                kafka.bootstrapServers(),
                IntStream.range(0, RECORDS)
                        .mapToObj(i -> new ProducerRecord<>(topic, 0, ("k" + i % 3).getBytes(UTF_8), new byte[i]))
                        .iterator(),
                sent -> {});
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
