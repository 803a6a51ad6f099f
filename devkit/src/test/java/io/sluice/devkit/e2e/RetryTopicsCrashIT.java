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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gateways are killed and join while records wait in retry topics: every record that fails for ever reaches the
 * dead-letter topic after exactly its attempts, every other one is acked, and what is durable in a retry topic never
 * begins anew.
 */
@Tag("alone")
@WithKafka
class RetryTopicsCrashIT {
    private static final int RECORDS = 4_000;
    private static final int PARTITIONS = 4;
    private static final int MAX_ATTEMPTS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private FailingProcessor processor;
    private TestKafka kafka;
    private Path folder;
    private String topic;
    private String protocol;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void attemptsSurviveKilledGatewaysAndNewOnes(String groupProtocol, TestKafka broker, @TempDir Path temporary)
            throws Exception {
        kafka = broker;
        folder = temporary;
        protocol = groupProtocol;
        topic = kafka.topic("retry-crash-" + protocol, PARTITIONS);
        kafka.broker().createTopic("dlq." + topic, 2, Map.of("retention.ms", "-1"));
        Set<Place> againFromTheStart = new HashSet<>();
        try (FailingProcessor failing = new FailingProcessor()) {
            processor = failing;
            produce(0, RECORDS / 2);
            GatewayChild first = gateway("first");
            awaitDeliveries(RECORDS / 2);
            try (GatewayChild second = gateway("second")) {
                await().atMost(PATIENCE).until(() -> second.metrics().assigned() > 0);
                produce(RECORDS / 2, RECORDS / 2);
                awaitDeliveries(RECORDS);
                // From here on every record that failed is in a retry topic, and the source is behind it.
                awaitSettled(second, List.of(topic));
                assertThat(deadLetters()).as("some still wait").hasSizeLessThan(RECORDS / 10);
                first.process.kill();
                first.close();
                try (GatewayChild third = gateway("third")) {
                    awaitSettled(third, topics());
                    assertThat(third.terminate()).as("exit code").isZero();
                }
                assertThat(second.terminate()).as("exit code").isZero();
            }
        }
        long wrong = 0;
        for (Map.Entry<Place, List<Delivery>> one : processor.deliveries().entrySet()) {
            Fate fate = Fate.of(FailingProcessor.number(one.getValue().get(0).record()));
            int highest =
                    one.getValue().stream().mapToInt(Delivery::attempt).max().orElse(0);
            int expected = fate == Fate.ALWAYS ? MAX_ATTEMPTS : fate.failures + 1;
            assertThat(highest).as("%s %s", one.getKey(), fate).isEqualTo(expected);
            if (one.getValue().stream().filter(d -> d.attempt() == 1).count() > 1) {
                againFromTheStart.add(one.getKey());
            }
            wrong += Math.max(0, one.getValue().size() - expected);
        }
        Map<Place, Integer> letters = deadLetters();
        System.out.printf(
                "retry topics, gateways killed, %s: records %d, dead letters %d of %d places, deliveries too many %d, "
                        + "records that began anew %d%n",
                protocol,
                RECORDS,
                letters.values().stream().mapToInt(n -> n).sum(),
                letters.size(),
                wrong,
                againFromTheStart.size());
        assertThat(processor.deliveries()).hasSize(RECORDS);
        assertThat(letters).hasSize(RECORDS / 10);
        assertThat(againFromTheStart).as("attempts that began anew").isEmpty();
        // Only what the killed gateway had in flight or not committed in retry topics can have come again.
        assertThat(wrong).as("deliveries too many").isLessThan(RECORDS / 4);
    }

    private Map<Place, Integer> deadLetters() {
        Map<Place, Integer> letters = new java.util.HashMap<>();
        for (ConsumerRecord<byte[], byte[]> letter : Topics.readAll(kafka.bootstrapServers(), "dlq." + topic)) {
            assertThat(text(letter, "sluice.dlq.attempts")).isEqualTo(Integer.toString(MAX_ATTEMPTS));
            assertThat(text(letter, "sluice.dlq.cause")).isEqualTo("ATTEMPTS");
            Place place = new Place(
                    text(letter, "__dlq.errors.topic"),
                    Integer.parseInt(text(letter, "__dlq.errors.partition")),
                    Long.parseLong(text(letter, "__dlq.errors.offset")));
            assertThat(place.topic()).isEqualTo(topic);
            letters.merge(place, 1, Integer::sum);
        }
        return letters;
    }

    private GatewayChild gateway(String name) throws IOException {
        String session =
                protocol.equals("classic") ? ", kafka: { session.timeout.ms: 6000, heartbeat.interval.ms: 1000 }" : "";
        Path own = Files.createDirectories(folder.resolve(name));
        return GatewayChild.start(
                own,
                kafka.bootstrapServers(),
                List.of("""
                - name: p
                  source: { topics: [%s], group: %s, protocol: %s%s }
                  ordering: none
                  processor: { targets: ["static://127.0.0.1:%d"] }
                  commit_interval: 500ms
                  retry: { max_attempts: %d, topics: [1s, 2s, 4s], topics_create: true }
                  dead_letter: { topic: dlq.%s }
                """.formatted(topic, topic, protocol, session, processor.port(), MAX_ATTEMPTS, topic)),
                "-Xmx256m");
    }

    private void awaitDeliveries(int places) {
        await().atMost(PATIENCE).until(() -> processor.deliveries().size() >= places);
    }

    private List<String> topics() {
        List<String> all = new ArrayList<>(List.of(topic));
        List.of("1s", "2s", "4s").forEach(delay -> all.add(topic + ".retry." + delay));
        return all;
    }

    private void awaitSettled(GatewayChild gateway, List<String> topics) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            var committed = Topics.committed(kafka.bootstrapServers(), topic);
            for (String read : topics) {
                var ends = Topics.endOffsets(kafka.bootstrapServers(), read);
                ends.values().removeIf(end -> end == 0);
                assertThat(committed).as(gateway.status()).containsAllEntriesOf(ends);
            }
        });
    }

    private void produce(int from, int count) {
        Producing.all(
                kafka.bootstrapServers(),
                LongStream.range(from, from + count)
                        .mapToObj(n -> new ProducerRecord<byte[], byte[]>(
                                topic,
                                (int) (n % PARTITIONS),
                                null,
                                Long.toString(n).getBytes(UTF_8)))
                        .iterator(),
                sent -> {});
    }

    private static String text(ConsumerRecord<byte[], byte[]> letter, String header) {
        return new String(letter.headers().lastHeader(header).value(), UTF_8);
    }
}
