package io.sluice.ingest.source;

import io.sluice.ingest.config.PipelineConfig.Start;
import io.sluice.ingest.delivery.CompletionCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where newly assigned partitions begin: at the committed offset, or else where the configuration says. Owned by: poll
 * thread.
 *
 * <p>A start at the end or at a time is committed before the first record is fetched: otherwise a member that dies
 * before its first commit would begin further on the next time and skip what came in between. For the same reason a
 * partition that came to be after the group had begun starts at its first record even with {@code latest}. What "after
 * the group had begun" means is decided from a snapshot taken before this member joined: a group that had committed
 * nothing by then has this member, or others that joined at the same time, for its founders.
 *
 * <p>Retry topics begin at their first record, whatever is configured: it is the pipeline's own.
 */
final class StartPositions {
    private static final Logger log = LoggerFactory.getLogger(StartPositions.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Consumer<byte[], byte[]> consumer;
    private final String pipeline;
    private final Start start;
    private final StartupCheck.Snapshot before;
    private final RetryTopics retry;
    private final RingWriter writer;

    StartPositions(
            Consumer<byte[], byte[]> consumer,
            String pipeline,
            Start start,
            StartupCheck.Snapshot before,
            RingWriter writer,
            RetryTopics retry) {
        this.consumer = consumer;
        this.pipeline = pipeline;
        this.writer = writer;
        this.start = start;
        this.before = before;
        this.retry = retry;
    }

    /**
     * Positions partitions in the consumer and in their states. May block for some ten seconds for each question.
     *
     * @throws org.apache.kafka.common.KafkaException nothing was positioned: ask again
     */
    void resolve(List<PartitionState> partitions, long nowNs) {
        Map<TopicPartition, PartitionState> byPartition = new HashMap<>();
        partitions.forEach(p -> byPartition.put(p.tp, p));
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        consumer.committed(byPartition.keySet(), TIMEOUT).forEach((tp, offset) -> {
            if (offset != null) {
                committed.put(tp, offset);
            }
        });
        List<TopicPartition> missing = new ArrayList<>();
        for (TopicPartition tp : byPartition.keySet()) {
            if (!committed.containsKey(tp)) {
                missing.add(tp);
            }
        }
        Map<TopicPartition, Long> begin = missing.isEmpty() ? Map.of() : starts(missing);
        boolean commitAtOnce = !begin.isEmpty() && !(start instanceof Start.Earliest);
        if (commitAtOnce) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            begin.forEach((tp, offset) -> offsets.put(tp, new OffsetAndMetadata(offset)));
            consumer.commitSync(offsets, TIMEOUT);
        }
        committed.forEach((tp, offset) -> {
            consumer.seek(tp, offset);
            PartitionState state = byPartition.get(tp);
            positioned(state, offset.offset(), true, nowNs);
            if (state != null) {
                restore(state, offset);
            }
        });
        begin.forEach((tp, offset) -> {
            consumer.seek(tp, offset);
            PartitionState state = byPartition.get(tp);
            positioned(state, offset, commitAtOnce, nowNs);
            if (state != null) {
                state.fresh = true;
            }
        });
    }

    private void restore(PartitionState partition, OffsetAndMetadata offset) {
        TopicPartition tp = partition.tp;
        CompletionCodec.Decoded decoded = CompletionCodec.decode(
                String.valueOf(offset.metadata()), pipeline, tp.topic(), tp.partition(), offset.offset());
        partition.confirmedCompletions = offset.metadata();
        if (!decoded.problem().isEmpty()) {
            log.atWarn()
                    .addKeyValue("pipeline", pipeline)
                    .addKeyValue("position", tp + "@" + offset.offset())
                    .log(
                            "the commit's metadata is not used: {}; records above the offset that were done are delivered"
                                    + " again, none is lost",
                            decoded.problem());
        } else if (!decoded.completions().isEmpty()) {
            log.atInfo()
                    .addKeyValue("pipeline", pipeline)
                    .addKeyValue("position", tp + "@" + offset.offset())
                    .addKeyValue("done_offsets", decoded.completions().doneOffsets())
                    .addKeyValue("failed_records", decoded.completions().noted())
                    .log("completions above the committed offset are restored");
            writer.restored(partition, decoded.completions());
        }
    }

    /** Start positions by the configuration alone. */
    Map<TopicPartition, Long> starts(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        List<TopicPartition> atEnd = new ArrayList<>();
        List<TopicPartition> atBegin = new ArrayList<>();
        List<TopicPartition> timed = new ArrayList<>();
        for (TopicPartition tp : partitions) {
            boolean own = retry.delayNs(tp.topic()) > 0;
            boolean end = start instanceof Start.Latest && !before.appearedLater(tp);
            (own ? atBegin : start instanceof Start.Timestamp ? timed : end ? atEnd : atBegin).add(tp);
        }
        if (start instanceof Start.Timestamp timestamp && !timed.isEmpty()) {
            positions.putAll(atTime(timed, timestamp.from().toEpochMilli()));
        }
        if (!atEnd.isEmpty()) {
            positions.putAll(consumer.endOffsets(atEnd, TIMEOUT));
        }
        if (!atBegin.isEmpty()) {
            positions.putAll(consumer.beginningOffsets(atBegin, TIMEOUT));
        }
        return complete(partitions, positions);
    }

    private Map<TopicPartition, Long> atTime(Collection<TopicPartition> partitions, long fromMs) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(tp -> times.put(tp, fromMs));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times, TIMEOUT);
        Map<TopicPartition, Long> positions = new HashMap<>();
        List<TopicPartition> beyond = new ArrayList<>();
        for (TopicPartition tp : partitions) {
            OffsetAndTimestamp offset = found.get(tp);
            if (offset == null) {
                beyond.add(tp);
            } else {
                positions.put(tp, offset.offset());
            }
        }
        if (!beyond.isEmpty()) {
            positions.putAll(consumer.endOffsets(beyond, TIMEOUT));
        }
        return complete(partitions, positions);
    }

    private static Map<TopicPartition, Long> complete(
            Collection<TopicPartition> partitions, Map<TopicPartition, Long> positions) {
        var open = new HashSet<>(partitions);
        open.removeAll(positions.keySet());
        if (!open.isEmpty()) {
            throw new org.apache.kafka.common.errors.TimeoutException("no start offset known yet for " + open);
        }
        return positions;
    }

    private static void positioned(
            @org.jspecify.annotations.Nullable PartitionState state, long offset, boolean committed, long nowNs) {
        if (state != null) {
            state.position = offset;
            if (committed) {
                state.board.committed(offset);
                state.confirmedNs = nowNs;
            }
        }
    }
}
