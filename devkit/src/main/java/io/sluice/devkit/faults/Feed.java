package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.LogRecord;
import io.sluice.devkit.oracle.LogRecord.Produced;
import io.sluice.devkit.oracle.LogRecord.Result;
import io.sluice.devkit.oracle.LogWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Produces at a steady pace until it is told that the faults are over, and at least the run's number of records, so that there is work
 * under way whatever happens. Writes the log P: what the broker has said of each record.
 *
 * <p>Started and ended by the rig's thread; works on its own.
 */
final class Feed implements AutoCloseable {
    /** The producer's client id. */
    static final String CLIENT = "feed";

    private static final int BURST = 50;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Rig rig;
    private final Mix mix;
    private final long perSecond;
    private final long ahead;
    private final LogWriter log;
    private final Map<Integer, Long> sequences = new HashMap<>(); // owned by: feed thread
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Thread thread = new Thread(this::run, "feed");
    private final AtomicLong given = new AtomicLong();
    private volatile long limit = Long.MAX_VALUE;
    private volatile boolean enough;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    /**
     * @param perSecond pace in records a second
     * @param ahead how many records may be unsettled before it waits
     */
    Feed(Rig rig, Mix mix, long perSecond, long ahead) {
        this.rig = rig;
        this.mix = mix;
        this.perSecond = perSecond;
        this.ahead = ahead;
        this.log = LogWriter.open(rig.logs(), "producer");
    }

    Feed start() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    /** Stops at this many records until a higher limit is set, or it is ended. */
    void limit(long mostRecords) {
        limit = mostRecords;
    }

    /** Records that the broker has confirmed. */
    long produced() {
        return acknowledged.get();
    }

    /** Records of which it is not known that they were written. */
    long notProduced() {
        return failed.get();
    }

    /** Ends it once it has given the run's number of records, and waits for that. Returns how many were produced. */
    long end() {
        enough = true;
        join();
        Throwable why = failure;
        if (why != null) {
            throw new IllegalStateException("the feed has ended after " + given.get() + " records: " + why, why);
        }
        return produced();
    }

    @Override
    public void close() {
        closed = true;
        enough = true;
        join();
        log.close();
    }

    private void join() {
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the feed", e);
        }
        if (thread.isAlive()) {
            throw new IllegalStateException(
                    "the feed has not ended within " + PATIENCE.toSeconds() + " s: " + given.get() + " records given, "
                            + produced() + " confirmed, " + rig.progress().settled() + " settled");
        }
    }

    private void run() {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            long dueNs = System.nanoTime();
            while (!closed && !(enough && given.get() >= rig.records())) {
                if (given.get() % BURST == 0) {
                    dueNs = Math.max(dueNs, System.nanoTime() - TimeUnit.SECONDS.toNanos(1))
                            + TimeUnit.SECONDS.toNanos(BURST) / perSecond;
                    pause(dueNs);
                    if (closed) {
                        break;
                    }
                }
                send(producer, given.getAndIncrement());
            }
            producer.flush();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, long index) {
        int key = mix.key(index);
        long sequence = sequences.merge(key, 1L, Long::sum) - 1;
        byte[] value = mix.value(index, key, sequence);
        String name = "k" + key;
        int partition = key % mix.partitions();
        ProducerRecord<byte[], byte[]> wanted =
                new ProducerRecord<>(rig.topic(), partition, name.getBytes(StandardCharsets.US_ASCII), value);
        String sha = LogRecord.sha(value);
        var unused = producer.send(
                wanted, (metadata, error) -> told(metadata, error, partition, name, sequence, index, sha));
    }

    private void told(
            @Nullable RecordMetadata metadata,
            @Nullable Exception error,
            int partition,
            String key,
            long sequence,
            long index,
            String sha) {
        // What can be tried again may have been written by the try before.
        Result result = error == null ? Result.OK : error instanceof RetriableException ? Result.INFO : Result.FAIL;
        long offset = metadata == null || error != null ? -1 : metadata.offset();
        log.write(new Produced(
                System.currentTimeMillis(),
                rig.topic(),
                partition,
                offset,
                key,
                sequence,
                Long.toString(index),
                sha,
                result));
        if (error == null) {
            acknowledged.incrementAndGet();
        } else {
            failed.incrementAndGet();
        }
    }

    private void pause(long dueNs) {
        // Once the faults are over only what is due to the run's number is left: no need for a pace.
        while (!closed && !enough && dueNs - System.nanoTime() > 0) {
            LockSupport.parkNanos(Math.min(dueNs - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(10)));
        }
        while (!closed && (given.get() - rig.progress().settled() > ahead || (given.get() >= limit && !enough))) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, rig.cluster().bootstrapServers(),
                ProducerConfig.CLIENT_ID_CONFIG, CLIENT,
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.LINGER_MS_CONFIG, "5",
                ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "500",
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "120000",
                ProducerConfig.MAX_BLOCK_MS_CONFIG, "120000");
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
