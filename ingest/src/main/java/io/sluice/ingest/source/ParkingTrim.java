package io.sluice.ingest.source;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.DeleteRecordsOptions;
import org.apache.kafka.clients.admin.DeletedRecords;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes from parking logs what lies below the position that the group has confirmed: no owner, now or later, reads it. Never
 * waits for the answer; what fails is said, at most once an hour, and tried again. Owned by: poll thread.
 */
final class ParkingTrim {
    private static final Logger log = LoggerFactory.getLogger(ParkingTrim.class);
    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long SAY_NS = TimeUnit.HOURS.toNanos(1);
    private static final int ANSWER_MS = 8_000;

    private final LaneAdmin admin;
    private final String pipeline;
    private final Map<TopicPartition, Long> asked = new HashMap<>();
    private Map<TopicPartition, KafkaFuture<DeletedRecords>> answers = Map.of();
    private long lookNs;
    private long sayNs;

    ParkingTrim(LaneAdmin admin, String pipeline, long nowNs) {
        this.admin = admin;
        this.pipeline = pipeline;
        this.lookNs = nowNs + LOOK_NS;
        this.sayNs = nowNs;
    }

    /** Looks every ten seconds. */
    void tick(List<PartitionState> partitions, long nowNs) {
        if (nowNs - lookNs < 0) {
            return;
        }
        lookNs = nowNs + LOOK_NS;
        answers.forEach((tp, answer) -> answered(tp, answer, nowNs));
        answers = Map.of();
        Map<TopicPartition, RecordsToDelete> below = new HashMap<>();
        for (PartitionState partition : partitions) {
            ParkingLog parking = partition.parking;
            if (parking != null && parking.committed > asked.getOrDefault(parking.tp, 0L)) {
                below.put(parking.tp, RecordsToDelete.beforeOffset(parking.committed));
                asked.put(parking.tp, parking.committed);
            }
        }
        if (!below.isEmpty()) {
            try {
                answers = admin.get()
                        .deleteRecords(below, new DeleteRecordsOptions().timeoutMs(ANSWER_MS))
                        .lowWatermarks();
            } catch (KafkaException e) {
                below.keySet().forEach(tp -> failed(tp, e, nowNs));
            }
        }
    }

    private void answered(TopicPartition tp, KafkaFuture<DeletedRecords> answer, long nowNs) {
        if (!answer.isDone()) {
            asked.remove(tp);
            return;
        }
        try {
            answer.get();
        } catch (ExecutionException e) {
            failed(tp, e.getCause() == null ? e : e.getCause(), nowNs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void failed(TopicPartition tp, Throwable why, long nowNs) {
        asked.remove(tp);
        if (nowNs - sayNs >= 0) {
            sayNs = nowNs + SAY_NS;
            log.atWarn()
                    .addKeyValue("pipeline", pipeline)
                    .addKeyValue("partition", tp)
                    .log(
                            "the parking log cannot be trimmed and grows, nothing else is wrong; it is tried again: {}",
                            Failures.line(why));
        }
    }
}
