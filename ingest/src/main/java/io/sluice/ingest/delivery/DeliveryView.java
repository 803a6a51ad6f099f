package io.sluice.ingest.delivery;

import java.util.ArrayList;
import java.util.List;

/**
 * A picture of a lane's delivery, taken by the lane thread and immutable from then on.
 *
 * @param liveRecords received and not settled
 * @param heldLetters dead letters that could not be written so far
 * @param lastPublishFailure why, empty if none failed
 * @param sinceProgressNs time since a record was last settled; meaningful while {@code liveRecords > 0}
 * @param blocker what keeps ready records from being sent, such as NO_STREAM; empty: nothing does
 */
public record DeliveryView(
        int liveRecords,
        long liveBytes,
        int readyRecords,
        int suspects,
        int heldLetters,
        String lastPublishFailure,
        long sinceProgressNs,
        String blocker,
        List<PartitionView> partitions,
        List<StreamView> streams) {

    /**
     * One partition.
     *
     * @param oldestTimestampMs timestamp of the oldest unsettled record; -1: none, or it has none
     */
    public record PartitionView(PartitionEpoch partition, int live, long oldestOffset, long oldestTimestampMs) {}

    /** One stream. */
    public record StreamView(
            StreamInfo info,
            String state,
            long creditRecords,
            long creditBytes,
            long outstandingRecords,
            long outstandingBytes) {}

    static DeliveryView of(Delivery delivery, long nowNs) {
        List<PartitionView> partitions = new ArrayList<>();
        for (OffsetLedger ledger : delivery.partitions().all()) {
            Entry oldest = ledger.oldest();
            partitions.add(new PartitionView(
                    ledger.partition,
                    ledger.live(),
                    oldest == null ? -1 : oldest.offset,
                    oldest == null ? -1 : oldest.timestampMs));
        }
        List<StreamView> streams = new ArrayList<>();
        for (StreamState s : delivery.streams().all()) {
            streams.add(new StreamView(
                    s.info(),
                    s.stateName(),
                    s.creditRecords(),
                    s.creditBytes(),
                    s.outstandingRecords(),
                    s.outstandingBytes()));
        }
        return new DeliveryView(
                delivery.partitions().liveRecords(),
                delivery.partitions().liveBytes(),
                delivery.queues().ready.records,
                delivery.queues().suspects.size(),
                delivery.desk().held(),
                delivery.desk().lastFailure(),
                nowNs - delivery.lastProgressNs(),
                blocker(delivery),
                partitions,
                streams);
    }

    private static String blocker(Delivery delivery) {
        List<StreamState> streams = delivery.streams().all();
        if (streams.isEmpty()) {
            return "NO_STREAM";
        }
        if (delivery.holding()) {
            return "HELD_BY_PROCESSOR";
        }
        if (streams.stream().noneMatch(StreamState::usable)) {
            return streams.stream().anyMatch(s -> s.ejected) ? "STREAMS_EJECTED" : "STREAMS_DRAINING";
        }
        if (streams.stream().noneMatch(s -> s.usable() && s.creditRecords > 0)) {
            return "NO_CREDIT";
        }
        if (streams.stream().noneMatch(s -> s.usable() && s.port.ready())) {
            return "STREAMS_BLOCKED";
        }
        if (delivery.queues().ready.isEmpty()) {
            return delivery.desk().held() > 0 ? "DEAD_LETTER_UNWRITABLE" : "";
        }
        return streams.stream().anyMatch(s -> s.usable() && s.roomRecords() > 0) ? "" : "PROCESSOR_BUSY";
    }
}
