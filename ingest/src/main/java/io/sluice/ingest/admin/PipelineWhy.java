package io.sluice.ingest.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why each partition of a pipeline is where it is; the JSON of {@code /api/v1/pipelines/{name}/why} has these names in
 * snake case.
 *
 * @param reason as in {@link PipelineStatus}
 * @param stalled as in {@link PipelineStatus}
 * @param partitions those whose committable position has not moved for longest first
 */
public record PipelineWhy(
        String name,
        PipelineStatus.State state,
        @Nullable String reason,
        @Nullable String stalled,
        List<Partition> partitions) {

    /**
     * One assigned partition. Times in seconds.
     *
     * @param text one sentence for people
     * @param stillSeconds how long the committable position has not moved; 0: nothing is unsettled
     * @param lagRecords records in the log and not settled; -1: not known yet
     * @param completedAbove settled records that cannot be committed because of {@code head}
     * @param head the oldest unsettled record, which alone holds the position; null: none is in memory
     */
    public record Partition(
            String topic,
            int partition,
            int lane,
            String text,
            double stillSeconds,
            long lagRecords,
            long inFlightRecords,
            long completedAbove,
            @Nullable Head head) {}

    /**
     * A record. Times in seconds, null where there is none.
     *
     * @param keyHash of the key, never the key: the first 8 bytes of its SHA-256 in hexadecimal; null: no key
     * @param where code of what it waits for, such as WAITING or IN_BATCH
     * @param attempts failures of its own so far, of at most {@code maxAttempts}
     * @param target address of the processor that has it; null: none has
     */
    public record Head(
            long offset,
            @Nullable String keyHash,
            int bytes,
            String where,
            int attempts,
            int maxAttempts,
            int deliveries,
            @Nullable String code,
            @Nullable String reason,
            @Nullable String target,
            @Nullable String processor,
            @Nullable Long batchId,
            @Nullable Double leaseAgeSeconds,
            @Nullable Double leaseLeftSeconds,
            @Nullable Double dueInSeconds,
            @Nullable Double failingForSeconds,
            double receivedAgoSeconds) {}
}
