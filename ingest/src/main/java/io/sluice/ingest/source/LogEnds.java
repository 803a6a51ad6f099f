package io.sluice.ingest.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/** Keeps each board's log end fresh: from the fetches, which is free, and by asking for partitions not fetched. */
final class LogEnds {
    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long ASK_NS = TimeUnit.SECONDS.toNanos(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private long lookNs;
    private long askNs;

    LogEnds(Consumer<byte[], byte[]> consumer, long nowNs) {
        this.consumer = consumer;
        this.lookNs = nowNs;
        this.askNs = nowNs + LOOK_NS;
    }

    /** Looks once a second; asks the broker at most every ten. */
    void tick(List<PartitionState> partitions, long nowNs) {
        if (nowNs - lookNs < 0) {
            return;
        }
        lookNs = nowNs + LOOK_NS;
        List<PartitionState> stale = new ArrayList<>();
        for (PartitionState p : partitions) {
            boolean known = p.positioned() && fromFetch(p, nowNs);
            if (!known && (p.board.logEnd() < 0 || nowNs - p.logEndNs >= ASK_NS)) {
                stale.add(p);
            }
        }
        if (!stale.isEmpty() && nowNs - askNs >= 0) {
            askNs = nowNs + ASK_NS;
            ask(stale, nowNs);
        }
    }

    /** A paused partition's lag is as old as its last fetch. */
    private boolean fromFetch(PartitionState p, long nowNs) {
        if (p.paused) {
            return false;
        }
        OptionalLong lag = consumer.currentLag(p.tp);
        if (lag.isEmpty()) {
            return false;
        }
        p.board.logEnd(p.position + lag.getAsLong());
        p.logEndNs = nowNs;
        return true;
    }

    private void ask(List<PartitionState> stale, long nowNs) {
        List<TopicPartition> tps = stale.stream().map(p -> p.tp).toList();
        try {
            var ends = consumer.endOffsets(tps, TIMEOUT);
            for (PartitionState p : stale) {
                Long end = ends.get(p.tp);
                if (end != null) {
                    p.board.logEnd(end);
                    p.logEndNs = nowNs;
                }
            }
        } catch (RetriableException e) {
            // Stays as old as it is until the broker answers.
            return;
        }
    }
}
