package io.sluice.ingest.stream;

import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.delivery.Ordering;
import io.sluice.ingest.ring.Doorbell;
import io.sluice.ingest.ring.Reply;
import io.sluice.ingest.ring.ReplyRing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A pool under test, with the test's own thread as its lane. */
final class Bench implements AutoCloseable {
    final Doorbell doorbell = new Doorbell();
    final ReplyRing ring = new ReplyRing(4096, doorbell);
    final StreamPool pool;
    private final Deque<Reply> replies = new ArrayDeque<>();

    private Bench(PipelineConfig.Processor config, Channels channels, Lookup lookup, PoolContext.Tuning tuning) {
        pool = new StreamPool("quakes", "gw-1/0", config, Ordering.KEY, 5, ring, channels, lookup, tuning);
        pool.start();
    }

    static Bench dialling(String... targets) {
        return dialling(1, targets);
    }

    static Bench dialling(int streams, String... targets) {
        return of(config(streams, targets), Lookup::system, PoolContext.Tuning.DEFAULT);
    }

    static Bench of(PipelineConfig.Processor config, Lookup lookup, PoolContext.Tuning tuning) {
        return new Bench(config, Channels.plainText(config.keepAlive()), lookup, tuning);
    }

    static Bench of(PipelineConfig.Processor config, Channels channels, Lookup lookup, PoolContext.Tuning tuning) {
        return new Bench(config, channels, lookup, tuning);
    }

    static PipelineConfig.Processor config(int streams, String... targets) {
        return new PipelineConfig.Processor(
                List.of(targets),
                streams,
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                new PipelineConfig.Batch(500, 256 << 10, Duration.ZERO),
                Duration.ofSeconds(30));
    }

    static PoolContext.Tuning tuning(Duration handshake, Duration lookup) {
        return new PoolContext.Tuning(handshake.toNanos(), lookup.toNanos(), TimeUnit.SECONDS.toNanos(10));
    }

    /** The next reply of a kind; others are left for later. Lane thread. */
    <T extends Reply> T next(Class<T> kind) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            ring.drain(replies::add);
            for (Reply reply : replies) {
                if (kind.isInstance(reply)) {
                    replies.remove(reply);
                    return kind.cast(reply);
                }
            }
            if (deadlineNs - System.nanoTime() <= 0) {
                throw new AssertionError("no " + kind.getSimpleName() + " within 30 s, but " + replies);
            }
            doorbell.await(TimeUnit.MILLISECONDS.toNanos(100), ring::hasWork);
        }
    }

    /** What is there of a kind. */
    <T extends Reply> List<T> all(Class<T> kind) {
        ring.drain(replies::add);
        List<T> found = new ArrayList<>();
        replies.stream().filter(kind::isInstance).map(kind::cast).forEach(found::add);
        replies.removeAll(found);
        return found;
    }

    TargetStatus only() {
        List<TargetStatus> status = pool.status();
        if (status.size() != 1) {
            throw new AssertionError("not one target: " + status);
        }
        return status.get(0);
    }

    @Override
    public void close() {
        pool.close(0);
    }
}
