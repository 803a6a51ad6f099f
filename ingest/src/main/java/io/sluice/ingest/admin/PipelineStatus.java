package io.sluice.ingest.admin;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What operators see of a pipeline; the JSON of {@code /api/v1/pipelines} has these names in snake case.
 *
 * @param reason why it FAILED or is stalled, one line; null if neither
 * @param stalled code of the reason it makes no progress although it has lag, such as NO_STREAM; null if it does
 * @param lagRecords records in the log and not settled, all partitions; -1: not known yet
 * @param lagSeconds age of the oldest unsettled record; 0: none
 */
public record PipelineStatus(
        String name,
        State state,
        @Nullable String reason,
        @Nullable String stalled,
        String group,
        List<String> topics,
        int lanes,
        long lagRecords,
        double lagSeconds,
        long inFlightRecords,
        long inFlightBytes,
        long inFlightLimitRecords,
        long inFlightLimitBytes,
        Map<String, Long> settled,
        List<Partition> partitions,
        List<Stream> streams) {

    /** Life of a pipeline. */
    public enum State {
        STARTING,
        RUNNING,
        /** Could not start, or cannot go on; {@code reason} says why. */
        FAILED,
        DRAINING,
        STOPPED
    }

    /**
     * One assigned partition.
     *
     * @param committed last offset the broker confirmed; -1: none yet
     * @param committable every record below is settled; -1: not known yet
     * @param logEnd end of the log as last heard; -1: not known yet
     * @param paused whether fetching is paused for backpressure
     * @param headOfLineSeconds how long one record has kept settled ones above it from being committed; 0: none does
     * @param completedAbove settled records that cannot be committed because of it
     */
    public record Partition(
            String topic,
            int partition,
            int lane,
            long committed,
            long committable,
            long logEnd,
            long lagRecords,
            double lagSeconds,
            long inFlightRecords,
            boolean paused,
            double headOfLineSeconds,
            long completedAbove) {}

    /** One stream to a processor. */
    public record Stream(
            String target,
            int lane,
            String processor,
            String version,
            String instanceId,
            String state,
            long creditRecords,
            long creditBytes,
            long outstandingRecords,
            long outstandingBytes) {}
}
