package io.sluice.ingest.source;

import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.Origin;
import io.sluice.ingest.delivery.RetryHeaders;
import io.sluice.ingest.delivery.RetryHeaders.Moment;
import io.sluice.ingest.delivery.RetryHeaders.Returned;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline's retry topics as sources: the group shares their partitions out like all others, but a record is only
 * taken up when it is due. Owned by: poll thread.
 *
 * <p>Within a partition records become due in the order they were written, so only the first of them is looked at.
 * Its wait is counted by the monotonic clock from when it was first seen, and is never longer than the topic's delay.
 */
final class RetryTopics {
    private final String pipeline;
    private final Clock clock;
    private final Map<String, Long> delaysNs;

    /**
     * @param delaysNs by topic
     * @param clock the wall clock
     */
    RetryTopics(String pipeline, Map<String, Long> delaysNs, Clock clock) {
        this.pipeline = pipeline;
        this.delaysNs = Map.copyOf(delaysNs);
        this.clock = clock;
    }

    static RetryTopics of(PipelineConfig pipeline, Clock clock) {
        Map<String, Long> delaysNs = new HashMap<>();
        pipeline.retry()
                .topics()
                .tiers()
                .forEach(tier -> delaysNs.put(tier.topic(), tier.delay().toNanos()));
        return new RetryTopics(pipeline.name(), delaysNs, clock);
    }

    /** Delay of a retry topic; 0: it is none. */
    long delayNs(String topic) {
        return delaysNs.getOrDefault(topic, 0L);
    }

    /**
     * Reads the first record that waits in a partition.
     *
     * @param all its headers
     * @return null: it is not due yet
     */
    @Nullable
    Returned due(PartitionState partition, ConsumerRecord<byte[], byte[]> record, Header[] all) {
        long nowNs = System.nanoTime();
        boolean known = partition.waitingOffset == record.offset();
        if (known && partition.waitUntilNs - nowNs > 0) {
            return null;
        }
        Returned returned = RetryHeaders.read(all, pipeline, partition.delayNs, new Moment(nowNs, clock.millis()));
        if (returned == null) {
            return new Returned(all, foreign(record, nowNs), nowNs);
        }
        if (!known && returned.dueNs() - nowNs > 0) {
            partition.waitingOffset = record.offset();
            partition.waitUntilNs = returned.dueNs();
            return null;
        }
        return returned;
    }

    private Origin foreign(ConsumerRecord<byte[], byte[]> record, long nowNs) {
        return new Origin(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType().id,
                0,
                0,
                0,
                nowNs == 0 ? 1 : nowNs,
                0,
                0,
                "",
                "",
                "pipeline " + pipeline + " has not put this record into its retry topic " + record.topic());
    }
}
