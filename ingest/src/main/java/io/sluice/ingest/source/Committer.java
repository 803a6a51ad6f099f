package io.sluice.ingest.source;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what the boards say is settled. Owned by: poll thread, which also runs the callbacks.
 *
 * <p>Invariants: one asynchronous commit is outstanding at most, so none can be overtaken by an older one; what is
 * confirmed only grows; a failure leaves the offset dirty for the next interval and never ends anything.
 */
final class Committer {
    private static final Logger log = LoggerFactory.getLogger(Committer.class);

    /** Brokers forget the offsets of idle groups after a week. */
    private static final long IDLE_NS = TimeUnit.HOURS.toNanos(12);

    private static final long LOG_NS = TimeUnit.MINUTES.toNanos(1);

    private final Consumer<byte[], byte[]> consumer;
    private final String pipeline;
    private final long intervalNs;
    private final PollStats stats;
    private final Map<String, Long> loggedNs = new HashMap<>();

    private boolean outstanding;
    private long dueNs;

    Committer(Consumer<byte[], byte[]> consumer, String pipeline, Duration interval, PollStats stats, long nowNs) {
        this.consumer = consumer;
        this.pipeline = pipeline;
        this.intervalNs = interval.toNanos();
        this.stats = stats;
        this.dueNs = nowNs + intervalNs;
    }

    /** Commits what has changed, if it is time and nothing is outstanding. Never blocks. */
    void tick(List<PartitionState> partitions, long nowNs) {
        if (outstanding || nowNs - dueNs < 0) {
            return;
        }
        dueNs = nowNs + intervalNs;
        Map<PartitionState, Long> dirty = new HashMap<>();
        for (PartitionState p : partitions) {
            long committable = p.board.committable();
            long confirmed = p.board.committed();
            if (committable > confirmed || (committable == confirmed && idle(p, committable, nowNs))) {
                dirty.put(p, committable);
            }
        }
        if (!dirty.isEmpty()) {
            send(dirty);
        }
    }

    /**
     * Commits final positions and waits for it.
     *
     * @param positions those not above what is confirmed are left out
     */
    void commitFinal(Map<PartitionState, Long> positions, Duration timeout) {
        Map<PartitionState, Long> dirty = new HashMap<>();
        positions.forEach((p, offset) -> {
            if (offset > p.board.committed()) {
                dirty.put(p, offset);
            }
        });
        if (dirty.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets(dirty), timeout);
            confirmed(dirty);
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void send(Map<PartitionState, Long> dirty) {
        outstanding = true;
        try {
            consumer.commitAsync(offsets(dirty), (offsets, e) -> {
                outstanding = false;
                if (e == null) {
                    confirmed(dirty);
                } else {
                    failed(e);
                }
            });
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            outstanding = false;
            failed(e);
        }
    }

    private void confirmed(Map<PartitionState, Long> offsets) {
        stats.committed();
        long nowNs = System.nanoTime();
        offsets.forEach((p, offset) -> {
            if (offset > p.board.committed()) {
                p.board.committed(offset);
            }
            p.confirmedNs = nowNs;
        });
    }

    private void failed(Exception e) {
        String reason = Failures.reason(e);
        stats.commitFailed(reason);
        long nowNs = System.nanoTime();
        Long last = loggedNs.get(reason);
        if (last == null || nowNs - last >= LOG_NS) {
            loggedNs.put(reason, nowNs);
            log.atWarn()
                    .addKeyValue("pipeline", pipeline)
                    .addKeyValue("reason", reason)
                    .log("commit failed, will be tried again: {}", Failures.line(e));
        }
    }

    private static boolean idle(PartitionState p, long committable, long nowNs) {
        return committable >= 0 && nowNs - p.confirmedNs >= IDLE_NS;
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(Map<PartitionState, Long> positions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        positions.forEach((p, offset) -> offsets.put(p.tp, new OffsetAndMetadata(offset)));
        return offsets;
    }
}
