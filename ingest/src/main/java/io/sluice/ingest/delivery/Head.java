package io.sluice.ingest.delivery;

/**
 * The oldest unsettled record of a partition, which alone holds the committable position, and what becomes of it.
 * Immutable. Times are in nanoseconds, -1 where there is none.
 *
 * @param keyHash see {@link KeyHash}; empty: no key
 * @param bytes of key, value and headers
 * @param attempts failures so far that were its own
 * @param deliveries times it was sent
 * @param code what was last said of its failure, may be empty
 * @param reason one line, may be empty
 * @param stream who has it; null unless {@link Where#IN_BATCH}
 * @param batchId of the stream; 0 unless {@link Where#IN_BATCH}
 * @param leaseAgeNs since its batch was sent
 * @param leaseLeftNs until its batch is taken back
 * @param dueNs until it may be sent, or its letter is tried, again
 * @param failedNs since it first failed by itself
 * @param receivedNs since it came into memory
 */
public record Head(
        long offset,
        String keyHash,
        int bytes,
        int attempts,
        int deliveries,
        String code,
        String reason,
        Where where,
        StreamInfo stream,
        long batchId,
        long leaseAgeNs,
        long leaseLeftNs,
        long dueNs,
        long failedNs,
        long receivedNs) {

    /** Where a record is. */
    public enum Where {
        /** May be sent; {@link DeliveryView#blocker} says what it waits for. */
        READY,
        /** With a processor. */
        IN_BATCH,
        /** Waits for its time: after a failure or a release. */
        WAITING,
        /** A processor asked for its partition, or the pipeline, to be left alone. */
        HELD_BY_PROCESSOR,
        /** Streams ended under it; it is sent apart from others. */
        SUSPECT,
        /** Its dead letter is being written. */
        DEAD_LETTER,
        /** Its dead letter could not be written so far. */
        DEAD_LETTER_HELD,
        /** It is being moved to a retry topic. */
        RETRY_TOPIC,
        /** It could not be moved to its retry topic so far. */
        RETRY_TOPIC_HELD,
        /** It is being written to the parking log behind its key, or waits for a mark there. */
        PARKING,
        /** Its write to the parking log has failed and is tried again. */
        PARKING_HELD,
        /** It waits for room in the index of what is parked. */
        PARKING_FULL,
        /** Waits until the flood of dead letters is over. */
        DEAD_LETTER_FLOOD,
        /** Not sent any more: the partition is being given up. */
        CLOSING
    }

    /** Of a ledger with live records. */
    static Head of(OffsetLedger ledger, Delivery delivery, long nowNs) {
        Entry e = ledger.oldest();
        Where where = where(e, delivery, nowNs);
        Batch batch = e.batch;
        return new Head(
                e.offset,
                KeyHash.of(e.key),
                e.bytes,
                e.attempts,
                e.deliveries,
                e.lastCode,
                e.lastReason,
                where,
                batch == null ? null : batch.stream.info,
                batch == null ? 0 : batch.id,
                batch == null ? -1 : nowNs - batch.sentNs,
                batch == null ? -1 : Math.max(0, batch.dueNs - nowNs),
                due(where, e, delivery, nowNs),
                e.firstFailedNs == 0 ? -1 : nowNs - e.firstFailedNs,
                nowNs - e.receivedNs);
    }

    private static Where where(Entry e, Delivery delivery, long nowNs) {
        if (e.batch != null) {
            return Where.IN_BATCH;
        }
        if (e.publishing && e.letter.content instanceof ParkingWrite) {
            return e.letter.failures > 0 ? Where.PARKING_HELD : Where.PARKING;
        }
        if (e.ledger.parking != null && e.ledger.parking.withheld.containsKey(e.offset)) {
            return Where.PARKING_FULL;
        }
        if (e.publishing) {
            return e.letter.content instanceof DeadLetter
                    ? e.held ? Where.DEAD_LETTER_HELD : Where.DEAD_LETTER
                    : e.held ? Where.RETRY_TOPIC_HELD : Where.RETRY_TOPIC;
        }
        if (partitionHeld(e, nowNs)) {
            return Where.HELD_BY_PROCESSOR;
        }
        return switch (e.queue.state) {
            case WAITING -> Where.WAITING;
            case HELD -> Where.DEAD_LETTER_HELD;
            case BUSY, IDLE -> e.queue.endsParking ? Where.PARKING : Where.CLOSING;
            case READY, SUSPECT -> {
                if (!delivery.breaker().closed()) {
                    yield Where.DEAD_LETTER_FLOOD;
                }
                if (delivery.settlement().holds(nowNs)) {
                    yield Where.HELD_BY_PROCESSOR;
                }
                yield e.queue.state == KeyQueue.State.READY ? Where.READY : Where.SUSPECT;
            }
        };
    }

    private static boolean partitionHeld(Entry e, long nowNs) {
        return e.ledger.holding && e.ledger.holdUntilNs - nowNs > 0;
    }

    private static long due(Where where, Entry e, Delivery delivery, long nowNs) {
        return switch (where) {
            case WAITING -> Math.max(0, e.queue.dueNs - nowNs);
            case HELD_BY_PROCESSOR ->
                (partitionHeld(e, nowNs) ? e.ledger.holdUntilNs : delivery.settlement().holdUntilNs) - nowNs;
            case DEAD_LETTER_HELD, RETRY_TOPIC_HELD ->
                e.letter == null || e.letter.heapIndex < 0 ? -1 : Math.max(0, e.letter.dueNs - nowNs);
            case DEAD_LETTER_FLOOD -> delivery.breaker().view(nowNs).leftNs();
            case READY, IN_BATCH, SUSPECT, DEAD_LETTER, RETRY_TOPIC, PARKING, PARKING_HELD, PARKING_FULL, CLOSING -> -1;
        };
    }
}
