package io.sluice.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records at a steady rate. Each carries the moment at which it is due; one that is sent late was late for whoever waits for it, so
 * nothing that stalls is left out. Sends at once, without waiting for company. For one thread.
 */
final class Pace implements AutoCloseable {
    private static final long LEAD_NS = 200_000_000;
    private static final int KEYS = 100_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final int partitions;
    private final int valueBytes;

    /**
     * A record that the broker has taken.
     *
     * @param dueNs when it was to be sent, as {@link System#nanoTime}
     */
    record Sent(int partition, long offset, long dueNs) {}

    Pace(String bootstrapServers, int partitions, int valueBytes) {
        this.partitions = partitions;
        this.valueBytes = valueBytes;
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "0");
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Writes {@code records} records and returns them when the broker has them all.
     *
     * @param perSecond how many a second
     */
    List<Sent> write(String topic, long records, int perSecond) {
        List<Sent> sent = new ArrayList<>();
        Exception[] failure = new Exception[1];
        long startNs = System.nanoTime() + LEAD_NS;
        for (long i = 0; i < records; i++) {
            long dueNs = startNs + i * 1_000_000_000L / perSecond;
            long waitNs;
            while ((waitNs = dueNs - System.nanoTime()) > 0) {
                LockSupport.parkNanos(waitNs);
            }
            int key = (int) (i * 7919 % KEYS);
            var unused = producer.send(record(topic, key, dueNs), (metadata, error) -> {
                // By the producer's one thread; read after the flush.
                if (error != null) {
                    failure[0] = error;
                } else {
                    sent.add(new Sent(metadata.partition(), metadata.offset(), dueNs));
                }
            });
        }
        producer.flush();
        @Nullable Exception error = failure[0];
        if (error != null) {
            throw new IllegalStateException("records for " + topic + " could not be written", error);
        }
        return sent;
    }

    private ProducerRecord<byte[], byte[]> record(String topic, int key, long dueNs) {
        byte[] name = "k-%05d".formatted(key).getBytes(StandardCharsets.US_ASCII);
        byte[] value = ByteBuffer.allocate(valueBytes).putLong(dueNs).array();
        return new ProducerRecord<>(topic, key % partitions, name, value);
    }

    @Override
    public void close() {
        producer.close();
    }
}
