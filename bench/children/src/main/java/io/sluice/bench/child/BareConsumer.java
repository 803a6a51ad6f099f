package io.sluice.bench.child;

import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The limit: a Kafka consumer that touches each record and commits every second, with the fetch settings of the gateway. Nothing that
 * reads Kafka with the Java client can do less.
 *
 * <p>Arguments: bootstrap servers, topic, group, and {@code latency} if it shall look at the age of each record.
 */
public final class BareConsumer {
    private static final Duration WAIT = Duration.ofMillis(100);
    private static final long COMMIT_NS = 1_000_000_000L;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final boolean aged;
    private final Latencies latencies = new Latencies();
    private long lastCommitNs = System.nanoTime();
    private long sum;
    private Iterator<ConsumerRecord<byte[], byte[]>> polled = Collections.emptyIterator();

    private BareConsumer(KafkaConsumer<byte[], byte[]> consumer, boolean aged) {
        this.consumer = consumer;
        this.aged = aged;
    }

    /** Serves rounds until standard input ends. */
    public static void main(String[] args) throws Exception {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(args[0], args[2])) {
            consumer.subscribe(List.of(args[1]));
            BareConsumer bare = new BareConsumer(consumer, args.length > 3);
            while (consumer.assignment().isEmpty()) {
                consumer.poll(WAIT);
            }
            Rounds.serve(bare::round);
        }
    }

    static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers, String group) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers", bootstrapServers,
                "group.id", group,
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false",
                "isolation.level", "read_committed",
                "max.poll.records", "4000",
                "fetch.max.bytes", "16777216",
                "receive.buffer.bytes", "-1",
                // It is not polled between rounds.
                "max.poll.interval.ms", "3600000");
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void round(long records) {
        long left = records;
        while (left > 0) {
            // What the last poll of a round brought too much is for the next one.
            if (!polled.hasNext()) {
                polled = consumer.poll(WAIT).iterator();
            }
            while (left > 0 && polled.hasNext()) {
                ConsumerRecord<byte[], byte[]> record = polled.next();
                sum += record.value().length;
                left--;
                if (aged) {
                    latencies.add(record.value());
                }
            }
            long nowNs = System.nanoTime();
            if (nowNs - lastCommitNs > COMMIT_NS) {
                lastCommitNs = nowNs;
                consumer.commitAsync();
            }
        }
        consumer.commitSync();
        latencies.tell();
        if (sum == 0) {
            throw new IllegalStateException("records without a byte");
        }
    }
}
