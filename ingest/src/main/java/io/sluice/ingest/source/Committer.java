package io.sluice.ingest.source;

import io.sluice.ingest.delivery.CompletionCodec;
import io.sluice.ingest.ring.Position;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what the boards say is settled: the position, and as its metadata what is done above it. Owned by: poll thread, which also runs the callbacks.
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

    /** Longest metadata that the brokers are known not to refuse. */
    private int maxMetadata = CompletionCodec.MAX_CHARS;

    private boolean outstanding;
    private boolean rejoining;
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
        Map<PartitionState, Position> dirty = new HashMap<>();
        for (PartitionState p : partitions) {
            Position next = fitting(p.board.position());
            if (saysMore(p, next) || (next.offset() == p.board.committed() && idle(p, next.offset(), nowNs))) {
                dirty.put(p, next);
            }
        }
        if (!dirty.isEmpty()) {
            send(dirty);
        }
    }

    /** Whether all that was read is settled, and committed, so that there will be nothing to do here before more is read. */
    boolean isDone(List<PartitionState> partitions) {
        for (PartitionState p : partitions) {
            if (p.paused
                    || !p.carry.isEmpty()
                    || p.position != p.board.committed()
                    || saysMore(p, p.board.position())) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the last commit was refused because this member is joining its group anew: until it has, which takes polls,
     * nothing can be committed.
     */
    boolean rejoining() {
        return rejoining;
    }

    /**
     * Commits final positions and waits for it.
     *
     * @param positions those that say nothing new are left out
     */
    void commitFinal(Map<PartitionState, Position> positions, Duration timeout) {
        Map<PartitionState, Position> dirty = new HashMap<>();
        positions.forEach((p, position) -> {
            Position last = fitting(position);
            if (saysMore(p, last)) {
                dirty.put(p, last);
            }
        });
        if (dirty.isEmpty()) {
            return;
        }
        try {
            commitSync(dirty, timeout);
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            failed(dirty, e);
        }
    }

    private void commitSync(Map<PartitionState, Position> dirty, Duration timeout) {
        try {
            consumer.commitSync(offsets(dirty), timeout);
            confirmed(dirty);
        } catch (OffsetMetadataTooLarge e) {
            failed(dirty, e);
            // This is the last chance: the positions alone are worth more than nothing.
            Map<PartitionState, Position> bare = new HashMap<>();
            dirty.forEach((p, position) -> bare.put(p, new Position(position.offset(), "")));
            consumer.commitSync(offsets(bare), timeout);
            confirmed(bare);
        }
    }

    /** Whether a commit says more than the last one that was confirmed. */
    private static boolean saysMore(PartitionState p, Position next) {
        long confirmed = p.board.committed();
        ParkingLog log = p.parking;
        if (log != null && p.board.parking().position() > log.committed) {
            return true;
        }
        boolean standing = next.offset() >= 0 && next.offset() == confirmed;
        return next.offset() > confirmed || (standing && !next.completions().equals(p.confirmedCompletions));
    }

    /** Without completions that the brokers were found not to accept. */
    private Position fitting(Position position) {
        return position.completions().length() <= maxMetadata ? position : new Position(position.offset(), "");
    }

    private void send(Map<PartitionState, Position> dirty) {
        outstanding = true;
        try {
            consumer.commitAsync(offsets(dirty), (offsets, e) -> {
                outstanding = false;
                if (e == null) {
                    confirmed(dirty);
                } else {
                    failed(dirty, e);
                }
            });
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            outstanding = false;
            failed(dirty, e);
        }
    }

    private void confirmed(Map<PartitionState, Position> positions) {
        stats.committed();
        rejoining = false;
        long nowNs = System.nanoTime();
        positions.forEach((p, position) -> {
            if (p.parking != null) {
                p.parking.committed = Math.max(p.parking.committed, p.parking.sent);
            }
            if (position.offset() >= p.board.committed()) {
                p.board.committed(position.offset());
                p.confirmedCompletions = position.completions();
            }
            p.confirmedNs = nowNs;
        });
    }

    private void failed(Map<PartitionState, Position> dirty, Exception e) {
        if (e instanceof OffsetMetadataTooLarge) {
            // Half of what was too long, so that the limit is found soon and no position waits for it.
            int longest = dirty.values().stream()
                    .mapToInt(position -> position.completions().length())
                    .max()
                    .orElse(0);
            maxMetadata = Math.min(maxMetadata, longest) / 2;
        }
        rejoining = e instanceof RebalanceInProgressException;
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

    private static Map<TopicPartition, OffsetAndMetadata> offsets(Map<PartitionState, Position> positions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        positions.forEach((p, position) -> {
            if (position.offset() >= 0) {
                offsets.put(p.tp, new OffsetAndMetadata(position.offset(), position.completions()));
            }
            ParkingLog log = p.parking;
            if (log != null && p.board.parking().position() >= 0) {
                log.sent = p.board.parking().position();
                offsets.put(log.tp, new OffsetAndMetadata(log.sent));
            }
        });
        return offsets;
    }
}
