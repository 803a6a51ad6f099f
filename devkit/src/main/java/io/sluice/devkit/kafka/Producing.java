package io.sluice.devkit.kafka;

import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes records to topics, in order, each exactly once. */
public final class Producing {
    private Producing() {}

    /**
     * Sends all records and waits until the broker has acknowledged each.
     *
     * @param progress gets the number of records acknowledged so far, on the producer's thread; must be quick
     * @return number of records
     * @throws IllegalStateException if a record could not be written; what came before it may be
     */
    public static long all(
            String bootstrapServers, Iterator<ProducerRecord<byte[], byte[]>> records, LongConsumer progress) {
        AtomicLong acknowledged = new AtomicLong();
        AtomicReference<Exception> failure = new AtomicReference<>();
        long sent = 0;
        try (KafkaProducer<byte[], byte[]> producer = producer(bootstrapServers)) {
            while (records.hasNext() && failure.get() == null) {
                var unused = producer.send(records.next(), (metadata, error) -> {
                    if (error == null) {
                        progress.accept(acknowledged.incrementAndGet());
                    } else {
                        failure.compareAndSet(null, error);
                    }
                });
                sent++;
            }
            producer.flush();
        }
        Exception error = failure.get();
        if (error != null || acknowledged.get() != sent) {
            throw new IllegalStateException(
                    "of " + sent + " records " + acknowledged.get() + " were written: " + error, error);
        }
        return sent;
    }

    private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.LINGER_MS_CONFIG, "5",
                ProducerConfig.BATCH_SIZE_CONFIG, "131072",
                // What a topic takes is the topic's matter.
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, "33554432",
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        Long.toString(Duration.ofSeconds(60).toMillis()));
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
