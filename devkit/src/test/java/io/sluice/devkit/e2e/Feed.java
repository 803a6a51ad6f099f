package io.sluice.devkit.e2e;

import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.RecordGenerator;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Produces at a steady pace until it is told that the fault is over, and at least a given number of records: whatever happens to a
 * gateway or a processor, there is work under way, and not much more than they can do.
 */
final class Feed implements Iterator<ProducerRecord<byte[], byte[]>>, AutoCloseable {
    private static final long PER_SECOND = 6_000;
    private static final long AHEAD = 6_000;
    private static final int BURST = 100;

    private final Iterator<ProducerRecord<byte[], byte[]>> records;
    private final long least;
    private final LongSupplier done;
    private final CompletableFuture<Long> produced;
    private long given;
    private long dueNs = System.nanoTime();
    private volatile boolean enough;

    private Feed(String bootstrapServers, String topic, RecordGenerator generator, long least, LongSupplier done) {
        this.records = generator.records(topic);
        this.least = least;
        this.done = done;
        this.produced = CompletableFuture.supplyAsync(() -> Producing.all(bootstrapServers, this, sent -> {}));
    }

    /**
     * Starts in the background.
     *
     * @param least records in any case; the generator's count is the most
     * @param done how many records have been processed
     */
    static Feed start(String bootstrapServers, String topic, RecordGenerator generator, long least, LongSupplier done) {
        return new Feed(bootstrapServers, topic, generator, least, done);
    }

    /** Ends it; returns how many records there are. */
    long end() {
        enough = true;
        return produced.join();
    }

    @Override
    public void close() {
        enough = true;
    }

    @Override
    public boolean hasNext() {
        return records.hasNext() && !(enough && given >= least);
    }

    @Override
    public ProducerRecord<byte[], byte[]> next() {
        if (given % BURST == 0) {
            dueNs += TimeUnit.SECONDS.toNanos(BURST) / PER_SECOND;
            pause();
        }
        given++;
        return records.next();
    }

    private void pause() {
        long leftNs = dueNs - System.nanoTime();
        if (leftNs > 0) {
            LockSupport.parkNanos(leftNs);
        }
        while (!enough && given - done.getAsLong() > AHEAD) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}
