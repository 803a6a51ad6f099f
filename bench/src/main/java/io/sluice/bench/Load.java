package io.sluice.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The records of a round. Uncompressed; keys as {@code k-00042}, each always in the same partition.
 *
 * @param topicCount over which records are spread, in turn
 * @param partitions of each topic
 * @param keys distinct keys, drawn uniformly
 * @param hotShare share of records that have the first key, from 0 to 1
 * @param valueBytes size of a value
 */
record Load(int topicCount, int partitions, int keys, double hotShare, int valueBytes) {

    /** Uniform keys. */
    static Load of(int partitions, int keys, int valueBytes) {
        return new Load(1, partitions, keys, 0, valueBytes);
    }

    /** Names of its topics, given that of the first. */
    List<String> topics(String first) {
        return IntStream.range(0, topicCount)
                .mapToObj(i -> i == 0 ? first : first + "." + i)
                .toList();
    }

    /** Writes {@code records} records and returns when the broker has them all. */
    void write(String bootstrapServers, String topic, long records, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] value = new byte[valueBytes];
        random.nextBytes(value);
        byte[][] names = new byte[keys][];
        List<String> topics = topics(topic);
        AtomicReference<Exception> failure = new AtomicReference<>();
        Map<String, Object> config = Map.of(
                "bootstrap.servers", bootstrapServers,
                "linger.ms", "20",
                "batch.size", "262144",
                "buffer.memory", "134217728",
                "max.request.size", "33554432");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long i = 0; i < records && failure.get() == null; i++) {
                int key = random.nextDouble() < hotShare ? 0 : random.nextInt(keys);
                if (names[key] == null) {
                    names[key] = "k-%05d".formatted(key).getBytes(StandardCharsets.US_ASCII);
                }
                var unused = producer.send(
                        new ProducerRecord<>(topics.get((int) (i % topicCount)), key % partitions, names[key], value),
                        (metadata, error) -> {
                            if (error != null) {
                                failure.compareAndSet(null, error);
                            }
                        });
            }
        }
        Exception error = failure.get();
        if (error != null) {
            throw new IllegalStateException("records for " + topic + " could not be written", error);
        }
    }
}
