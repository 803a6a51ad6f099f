package io.sluice.ingest.delivery;

import java.util.ArrayList;
import java.util.List;

/**
 * A picture of a lane's delivery, taken by the lane thread and immutable from then on.
 *
 * @param liveRecords received and not settled
 * @param heldLetters dead letters that could not be written so far
 * @param lastPublishFailure why, empty if none failed
 * @param lastParkingFailure why something could not be written to a parking topic, empty if all could
 * @param sinceProgressNs time since a record was last settled; meaningful while {@code liveRecords > 0}
 * @param blocker what keeps records from being sent
 * @param flood the breaker for dead letters
 */
public record DeliveryView(
        int liveRecords,
        long liveBytes,
        int readyRecords,
        int suspects,
        int heldLetters,
        String lastPublishFailure,
        String lastParkingFailure,
        long sinceProgressNs,
        Blocker blocker,
        Flood flood,
        List<PartitionView> partitions,
        List<StreamView> streams) {

    /** What keeps records from being sent; each has its entry in OPERATIONS.md. */
    public enum Blocker {
        NONE,
        /** No processor is connected. */
        NO_STREAM,
        /** Nearly everything ended as a dead letter. */
        DEAD_LETTER_FLOOD,
        /** A processor asked for the whole pipeline to wait. */
        HELD_BY_PROCESSOR,
        /** Every stream let leases run out, again and again. */
        STREAMS_EJECTED,
        /** Every processor is on its way out. */
        STREAMS_DRAINING,
        /** Every processor has set its credit to zero. */
        NO_CREDIT,
        /** No processor reads what it is sent. */
        STREAMS_BLOCKED,
        /** Dead letters cannot be written, and all other records are settled. */
        DEAD_LETTER_UNWRITABLE,
        /** Every stream holds as much as its credit allows, or all records are with processors. */
        PROCESSOR_BUSY,
        /** All records wait for their next attempt. */
        RETRY_BACKOFF
    }

    /**
     * One partition.
     *
     * @param oldestTimestampMs timestamp of the oldest unsettled record; -1: none, or it has none
     * @param stillNs how long the committable position has not moved; 0: nothing is unsettled
     * @param settledAbove records that are settled and not committable, because they lie above the oldest unsettled one
     * @param head the oldest unsettled record; null: none
     */
    public record PartitionView(
            PartitionEpoch partition,
            int live,
            long oldestOffset,
            long oldestTimestampMs,
            long stillNs,
            long settledAbove,
            Head head) {}

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
                    oldest == null ? -1 : oldest.timestampMs,
                    oldest == null ? 0 : ledger.stillNs(nowNs),
                    ledger.settledAbove(),
                    oldest == null ? null : Head.of(ledger, delivery, nowNs)));
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
                delivery.parking().lastFailure(),
                nowNs - delivery.lastProgressNs(),
                blocker(delivery),
                delivery.breaker().view(nowNs),
                partitions,
                streams);
    }

    private static Blocker blocker(Delivery delivery) {
        List<StreamState> streams = delivery.streams().all();
        if (delivery.breaker().view(0).state() == Flood.State.OPEN) {
            return Blocker.DEAD_LETTER_FLOOD;
        }
        if (streams.isEmpty()) {
            return Blocker.NO_STREAM;
        }
        if (delivery.settlement().holding) {
            return Blocker.HELD_BY_PROCESSOR;
        }
        if (streams.stream().noneMatch(StreamState::usable)) {
            return streams.stream().anyMatch(s -> s.ejected) ? Blocker.STREAMS_EJECTED : Blocker.STREAMS_DRAINING;
        }
        if (streams.stream().noneMatch(s -> s.usable() && s.creditRecords > 0)) {
            return Blocker.NO_CREDIT;
        }
        if (streams.stream().noneMatch(s -> s.usable() && s.port.ready())) {
            return Blocker.STREAMS_BLOCKED;
        }
        boolean busy = streams.stream().anyMatch(s -> s.outstandingRecords() > 0);
        if (busy || delivery.partitions().liveRecords() == 0) {
            return busy ? Blocker.PROCESSOR_BUSY : Blocker.NONE;
        }
        return delivery.desk().held() > 0 ? Blocker.DEAD_LETTER_UNWRITABLE : Blocker.RETRY_BACKOFF;
    }
}
