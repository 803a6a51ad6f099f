package io.sluice.devkit.faults;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A member of the run's group that is no gateway: it takes partitions, processes and commits nothing, and leaves again. What a rolling
 * deployment of something else in the same group would do, without the cost of a JVM.
 */
final class Intruder implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private final Thread thread = new Thread(this::run, "intruder");
    private final AtomicInteger partitions = new AtomicInteger();
    private volatile boolean leaving;
    private volatile @Nullable RuntimeException failure;

    /** Joins; returns before it has been given anything. */
    Intruder(Rig rig, String protocol) {
        Map<String, Object> config = new HashMap<>(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                rig.cluster().bootstrapServers(),
                ConsumerConfig.GROUP_ID_CONFIG,
                rig.group(),
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                "false",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                "1",
                ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                protocol));
        if (protocol.equals("classic")) {
            config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Pipeline.SESSION_MS);
            config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_000);
            config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        }
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        topic = rig.topic();
        thread.setDaemon(true);
        thread.start();
    }

    /** Partitions it has now. */
    int partitions() {
        return partitions.get();
    }

    private void run() {
        try (consumer) {
            consumer.subscribe(List.of(topic));
            while (!leaving) {
                consumer.poll(Duration.ofMillis(100));
                partitions.set(consumer.assignment().size());
                consumer.pause(consumer.assignment());
            }
        } catch (WakeupException leave) {
            // Closing the consumer leaves the group.
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /** Leaves the group and returns when it has. */
    @Override
    public void close() {
        leaving = true;
        consumer.wakeup();
        try {
            thread.join(Rig.PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RuntimeException why = failure;
        if (why != null || thread.isAlive()) {
            throw new IllegalStateException("a member of the group that is no gateway did not leave: " + why, why);
        }
    }
}
