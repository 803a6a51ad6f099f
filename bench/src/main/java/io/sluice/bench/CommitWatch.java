package io.sluice.bench;

import io.sluice.devkit.oracle.CommitReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Sees when commits reach the broker, whoever makes them: reads them from {@code __consumer_offsets}. A thread of its own reads; any thread
 * may ask.
 */
final class CommitWatch implements AutoCloseable {
    private static final Duration WAIT = Duration.ofMillis(100);
    private static final long POLL_NS = 10_000_000;
    private static final long PATIENCE_NS = 20_000_000_000L;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread = new Thread(this::read, "commit-watch");
    // Of each partition: committed offset -> when it was seen.
    private final Map<TopicPartition, ConcurrentSkipListMap<Long, Long>> seen = new ConcurrentHashMap<>();
    private volatile boolean closed;

    CommitWatch(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "latest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(CommitReader.OFFSETS).stream()
                .map(p -> new TopicPartition(p.topic(), p.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        thread.start();
    }

    private void read() {
        while (!closed) {
            for (ConsumerRecord<byte[], byte[]> message : consumer.poll(WAIT)) {
                long nowNs = System.nanoTime();
                CommitReader.decode(message)
                        .ifPresent(commit -> seen.computeIfAbsent(
                                        new TopicPartition(commit.topic(), commit.partition()),
                                        p -> new ConcurrentSkipListMap<>())
                                .putIfAbsent(commit.offset(), nowNs));
            }
        }
        consumer.close();
    }

    /**
     * Ages of records when the first commit that covers them was seen, added to a histogram of nanoseconds. Waits for that commit.
     *
     * @param topic which one group reads
     * @throws IllegalStateException if a record is not covered within 20 s
     */
    void ages(String topic, List<Pace.Sent> records, Histogram ages) {
        long startNs = System.nanoTime();
        for (Pace.Sent record : records) {
            TopicPartition partition = new TopicPartition(topic, record.partition());
            Map.Entry<Long, Long> commit = covering(partition, record.offset());
            while (commit == null) {
                if (System.nanoTime() - startNs > PATIENCE_NS) {
                    throw new IllegalStateException(
                            "no commit for offset " + record.offset() + " of " + partition + " within 20 s");
                }
                LockSupport.parkNanos(POLL_NS);
                commit = covering(partition, record.offset());
            }
            ages.recordValue(Math.max(0, commit.getValue() - record.dueNs()));
        }
    }

    private Map.@Nullable Entry<Long, Long> covering(TopicPartition partition, long offset) {
        ConcurrentSkipListMap<Long, Long> commits = seen.get(partition);
        return commits == null ? null : commits.higherEntry(offset);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
