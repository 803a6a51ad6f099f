package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.internals.AppInfoParser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the Kafka client does with paused partitions in a rebalance, on which the poll thread relies. Pinned to the client's
 * version: after an upgrade this must be looked at again.
 */
class PauseIT extends KafkaTest {
    private static final String CLIENT = "4.4.0";

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void pauseSurvivesForAPartitionThatStaysAndIsLostForOneThatComesBack(String protocol) {
        // As in apache/kafka#22538 (documentation that was wrong for years) and spring-projects/spring-kafka#2222.
        assertThat(AppInfoParser.getVersion()).isEqualTo(CLIENT);
        kafka.createTopic(topic, 2);
        try (KafkaConsumer<byte[], byte[]> first = consumer(protocol)) {
            first.subscribe(List.of(topic));
            poll(first, () -> first.assignment().size() == 2);
            first.pause(first.assignment());
            TopicPartition stayed;
            TopicPartition moved;
            try (KafkaConsumer<byte[], byte[]> second = consumer(protocol)) {
                second.subscribe(List.of(topic));
                poll(first, () -> {
                    second.poll(Duration.ofMillis(50));
                    return first.assignment().size() == 1 && second.assignment().size() == 1;
                });
                stayed = first.assignment().iterator().next();
                moved = second.assignment().iterator().next();
                assertThat(first.paused()).containsExactly(stayed);
                assertThat(second.paused()).isEmpty();
            }
            poll(first, () -> first.assignment().size() == 2);

            assertThat(first.assignment()).containsExactlyInAnyOrder(stayed, moved);
            assertThat(first.paused()).containsExactly(stayed);
        }
    }

    private static void poll(KafkaConsumer<byte[], byte[]> consumer, BooleanSupplier until) {
        long deadlineNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!until.getAsBoolean()) {
            consumer.poll(Duration.ofMillis(50));
            assertThat(System.nanoTime() - deadlineNs).as("assigned in time").isNegative();
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String protocol) {
        Map<String, Object> properties = new java.util.HashMap<>(Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "group.id",
                group,
                "group.protocol",
                protocol,
                "enable.auto.commit",
                "false",
                "auto.offset.reset",
                "earliest"));
        if (protocol.equals("classic")) {
            properties.put(
                    "partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
            properties.put("heartbeat.interval.ms", "300");
        }
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
