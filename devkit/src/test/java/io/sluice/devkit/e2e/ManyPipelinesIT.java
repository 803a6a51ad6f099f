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
import java.time.Duration;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Many pipelines that cannot write their dead letters, and one that has nothing to do with it. */
@WithKafka
class ManyPipelinesIT {
    private static final int HELD_BACK = 50;
    private static final int RECORDS = 10;

    @Test
    void fiftyMissingDeadLetterTopicsDoNotDelayAnotherPipeline(TestKafka kafka) throws Exception {
        // As in apache/kafka#22424 and confluentinc/librdkafka#4966: a look-up blocked for 60 s, one after the other.
        String topic = filled(kafka, "rejected");
        String sound = filled(kafka, "sound");
        try (ProcessorServer processor = Processor.named("many")
                .handler(record -> record.topic().equals(sound) ? Verdict.ack() : Verdict.reject("NO", "no"))
                .start()) {
            Pipelines[] pipelines = IntStream.rangeClosed(0, HELD_BACK)
                    .mapToObj(i -> i < HELD_BACK
                            ? Pipelines.of(topic, processor.port()).named(topic + "-" + i)
                            : Pipelines.of(sound, processor.port()))
                    .toArray(Pipelines[]::new);
            try (Gateway gateway = Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), pipelines))) {
                // Far below one look-up of 60 s, let alone fifty; on a quiet machine it is one or two seconds.
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(
                                        Topics.committed(kafka.bootstrapServers(), pipelines[HELD_BACK].group())
                                                .values())
                                .containsExactly((long) RECORDS));
                assertThat(gateway.alive()).isTrue();
                assertThat(Topics.committed(kafka.bootstrapServers(), pipelines[0].group())
                                .values())
                        .as("nothing is passed while its dead letter cannot be written")
                        .allMatch(offset -> offset == 0);
            }
        }
    }

    private static String filled(TestKafka kafka, String name) {
        String topic = kafka.topic(name, 1);
        Producing.all(
                kafka.bootstrapServers(),
                IntStream.range(0, RECORDS)
                        .mapToObj(i -> new ProducerRecord<>(topic, 0, ("k" + i).getBytes(UTF_8), new byte[1]))
                        .iterator(),
                sent -> {});
        return topic;
    }
}
