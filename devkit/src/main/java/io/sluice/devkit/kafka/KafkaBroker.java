package io.sluice.devkit.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** A Kafka broker somewhere. Methods may be called from any thread; calls to the broker fail after 60 s. */
public interface KafkaBroker extends AutoCloseable {

    /** Value of {@code bootstrap.servers} for clients; the same for as long as this object lives. */
    String bootstrapServers();

    /** Stops the broker and removes its data. Does nothing the second time. */
    @Override
    void close();

    /** Makes a topic and waits until the broker has it. */
    default void createTopic(String name, int partitions) {
        createTopic(name, partitions, Map.of());
    }

    /**
     * Makes a topic and waits until the broker has it.
     *
     * @param configs topic settings such as {@code max.message.bytes}
     * @throws IllegalStateException if the topic exists or the broker does not answer
     */
    default void createTopic(String name, int partitions, Map<String, String> configs) {
        create(new NewTopic(name, Optional.of(partitions), Optional.empty()), partitions, configs);
    }

    /**
     * Makes a topic of one partition and waits until the broker has it.
     *
     * @param replicas ids of the brokers that are to have it, the leader first
     * @param configs topic settings such as {@code min.insync.replicas}
     * @throws IllegalStateException if the topic exists or the broker does not answer
     */
    default void createTopic(String name, List<Integer> replicas, Map<String, String> configs) {
        create(new NewTopic(name, Map.of(0, replicas)), 1, configs);
    }

    private void create(NewTopic topic, int partitions, Map<String, String> configs) {
        try (Admin admin = admin()) {
            await(
                    "create topic " + topic.name(),
                    admin.createTopics(List.of(topic.configs(new HashMap<>(configs))))
                            .all());
            awaitOpen(admin, topic.name(), partitions);
        }
    }

    private static void awaitOpen(Admin admin, String name, int partitions) {
        // Its leaders are elected and its logs open only a moment later; a producer that meets the moment in
        // between can lose the order of its first batches and with it the right to write.
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        IntStream.range(0, partitions).forEach(p -> ends.put(new TopicPartition(name, p), OffsetSpec.latest()));
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                await("reach topic " + name, admin.listOffsets(ends).all());
                return;
            } catch (IllegalStateException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() - deadlineNs > 0) {
                    throw e;
                }
            }
        }
    }

    /** Deletes a topic. */
    default void deleteTopic(String name) {
        try (Admin admin = admin()) {
            await("delete topic " + name, admin.deleteTopics(List.of(name)).all());
        }
    }

    /** A new admin client; the caller closes it. */
    default Admin admin() {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                "60000"));
    }

    private static <T> T await(String what, KafkaFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: " + what, e);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            throw new IllegalStateException("cannot " + what + ": " + cause, cause);
        }
    }
}
