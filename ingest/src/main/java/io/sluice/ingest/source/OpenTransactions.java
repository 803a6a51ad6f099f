package io.sluice.ingest.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out why a partition gives nothing more although its log grows: records after the first one of a transaction that its producer
 * leaves open cannot be read with {@code read_committed}. That is no lag and no stall of ours, but somebody has to say it.
 *
 * <p>Asks the broker for both ends of the logs that have stood still since the last look, and only for those; never waits for the answer.
 * Owned by: poll thread.
 */
final class OpenTransactions {
    private static final Logger log = LoggerFactory.getLogger(OpenTransactions.class);
    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int ANSWER_MS = 4_000;

    private final LaneAdmin admin;
    private final String pipeline;
    private final boolean needed;
    private final Map<PartitionState, Long> stood = new HashMap<>();
    private final List<Question> asked = new ArrayList<>();
    private long lookNs;

    /** Both ends of a log whose reader stood at {@code position}. */
    private record Question(
            PartitionState partition,
            long position,
            KafkaFuture<ListOffsetsResult.ListOffsetsResultInfo> stable,
            KafkaFuture<ListOffsetsResult.ListOffsetsResultInfo> end) {}

    /** @param props of the lane's consumer */
    OpenTransactions(LaneAdmin admin, Map<String, Object> props, String pipeline, long nowNs) {
        this.admin = admin;
        this.pipeline = pipeline;
        this.needed = "read_committed".equals(props.get(ConsumerConfig.ISOLATION_LEVEL_CONFIG));
        this.lookNs = nowNs + LOOK_NS;
    }

    /** Looks every five seconds; an answer is taken at the look after the one that asked. */
    void tick(List<PartitionState> partitions, long nowNs) {
        if (!needed || nowNs - lookNs < 0) {
            return;
        }
        lookNs = nowNs + LOOK_NS;
        answers(partitions);
        Map<PartitionState, Long> now = new HashMap<>();
        List<PartitionState> standing = new ArrayList<>();
        for (PartitionState p : partitions) {
            if (p.positioned() && !p.paused && p.carry.isEmpty()) {
                now.put(p, p.position);
                if (Long.valueOf(p.position).equals(stood.get(p))) {
                    standing.add(p);
                } else {
                    waiting(p, 0);
                }
            }
        }
        stood.clear();
        stood.putAll(now);
        if (!standing.isEmpty()) {
            ask(standing);
        }
    }

    private void answers(List<PartitionState> partitions) {
        for (Question q : asked) {
            // Moved on, or taken away, since it was asked.
            if (!partitions.contains(q.partition) || q.partition.position != q.position) {
                continue;
            }
            long stable = offset(q.stable);
            long end = offset(q.end);
            if (stable == q.position && end >= stable) {
                waiting(q.partition, end - stable);
            }
        }
        asked.clear();
    }

    private void ask(List<PartitionState> standing) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        standing.forEach(p -> latest.put(p.tp, OffsetSpec.latest()));
        try {
            ListOffsetsResult stable = admin.get().listOffsets(latest, options(IsolationLevel.READ_COMMITTED));
            ListOffsetsResult end = admin.get().listOffsets(latest, options(IsolationLevel.READ_UNCOMMITTED));
            standing.forEach(p ->
                    asked.add(new Question(p, p.position, stable.partitionResult(p.tp), end.partitionResult(p.tp))));
        } catch (KafkaException notNow) {
            // Said by the consumer already, if it lasts; asked again at the next look.
            asked.clear();
        }
    }

    /** Says so when it begins and when it is over. */
    private void waiting(PartitionState partition, long records) {
        long before = partition.board.openTransaction();
        partition.board.openTransaction(records);
        if (records > 0 && before == 0) {
            log.atWarn()
                    .addKeyValue("pipeline", pipeline)
                    .addKeyValue("partition", partition.tp)
                    .addKeyValue("offset", partition.position)
                    .addKeyValue("records", records)
                    .log(
                            "a producer's open transaction holds the log's readable end back; records behind it wait for its end");
        } else if (records == 0 && before > 0) {
            log.atInfo()
                    .addKeyValue("pipeline", pipeline)
                    .addKeyValue("partition", partition.tp)
                    .log("the open transaction has ended");
        }
    }

    private static long offset(KafkaFuture<ListOffsetsResult.ListOffsetsResultInfo> answer) {
        if (!answer.isDone()) {
            return -1;
        }
        try {
            return answer.get().offset();
        } catch (ExecutionException noAnswer) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private static ListOffsetsOptions options(IsolationLevel isolation) {
        return new ListOffsetsOptions(isolation).timeoutMs(ANSWER_MS);
    }
}
