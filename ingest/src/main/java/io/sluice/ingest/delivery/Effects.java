package io.sluice.ingest.delivery;

/** What the core asks of its surroundings, apart from {@link StreamPort}. Called by the lane thread only; never blocks. */
public interface Effects {
    /**
     * Hands a record for the dead-letter topic or a retry topic to the publisher.
     *
     * @return false when there is no room: the core keeps it and asks again
     */
    boolean publish(Outgoing letter);

    /**
     * Where a partition stands. Called when one of the figures has changed, at most once a cycle.
     *
     * @param committable offset up to which every record has a terminal outcome; -1: nothing known yet
     * @param settledRecords how many records have left the in-flight set since the assignment, ever growing
     * @param settledBytes their sizes
     */
    void progress(PartitionEpoch partition, long committable, long settledRecords, long settledBytes);

    /**
     * What is done above the committable position last told, for the metadata of the next commit. Called when it has
     * changed, a few times a second at most; it stays true while the position moves on.
     *
     * @param metadata as {@link CompletionCodec} reads it; empty: nothing
     */
    void completions(PartitionEpoch partition, String metadata);

    /**
     * Asks for parked records, to be handed to {@link ParkingDesk#back} in this order.
     *
     * @param places offsets in the parking partition
     */
    default void readParked(PartitionEpoch partition, long[] places) {}

    /** The parking log is ours: the source may be read. */
    default void parkingClaimed(PartitionEpoch partition) {}

    /** Where a new owner has to begin to read the parking log; only grows. */
    default void parkingPosition(PartitionEpoch partition, long place) {}

    /**
     * What waits in the parking log.
     *
     * @param withheld records that wait for room in its index
     * @param sinceNs since when the oldest key has been waiting, as far as this owner knows, on the lane's clock; 0: none does
     */
    default void parkedNow(PartitionEpoch partition, int keys, long records, int withheld, long sinceNs) {}

    /** After {@link ParkingDesk#leave}: the log has all that the next owner needs, or it took too long. */
    default void parkingLeft(PartitionEpoch partition) {}

    /** The position of the source that the broker has confirmed; -1: none. */
    default long committed(PartitionEpoch partition) {
        return -1;
    }

    /**
     * The core has let go of a partition; nothing more will be said of it.
     *
     * @param committable its final position; -1: nothing known
     * @param metadata what is done above it; empty: nothing
     */
    void revoked(PartitionEpoch partition, long committable, String metadata);
}
