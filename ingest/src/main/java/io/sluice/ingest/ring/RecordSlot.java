package io.sluice.ingest.ring;

import io.sluice.ingest.delivery.Completions;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.Origin;
import io.sluice.ingest.delivery.ParkingHeaders;
import io.sluice.ingest.delivery.PartitionEpoch;
import org.jspecify.annotations.Nullable;

/**
 * One reusable slot of the {@link RecordRing}: a record, or a word from the poll thread about the assignment, in
 * the order in which they happened. Owned by: the poll thread until published, then the lane thread.
 */
public final class RecordSlot {
    /** What a slot holds. */
    public enum Kind {
        RECORD,
        /** {@code offset} is the consumer's position after the records before this slot; covers gaps at the end. */
        POSITION,
        /** {@code word} is an {@link Assigned}. */
        ASSIGNED,
        /** {@code word} is a {@link Restored}; before the partition's first record. */
        RESTORED,
        /** {@code word} is a {@link Parked}. */
        PARKED,
        /** {@code word} is a {@link ParkingEnd}. */
        PARKING_END,
        /** {@code word} is a {@link Leave}. */
        LEAVE,
        /** {@code word} is a {@link Revocation}. */
        REVOKED
    }

    /** A new assignment: the lane reports its progress to {@code board}. */
    public record Assigned(PartitionEpoch partition, CommitBoard board) {}

    /** What the last owner of a partition left done. */
    public record Restored(PartitionEpoch partition, Completions completions) {}

    /**
     * An entry of a partition's parking log.
     *
     * @param place its offset there
     * @param back whether the lane has asked for it by its place
     */
    public record Parked(
            PartitionEpoch partition,
            long place,
            ParkingHeaders.Read read,
            byte @Nullable [] key,
            byte @Nullable [] value,
            boolean back) {}

    /**
     * A partition was given up and its last commit is confirmed.
     *
     * @param done above the committed position
     * @param answer told when its parking log has what the next owner needs
     */
    public record Leave(PartitionEpoch partition, long committed, Completions done, Revocation answer) {}

    /** The parking log was read to its end, as of the assignment. */
    public record ParkingEnd(PartitionEpoch partition, long generation) {}

    public Kind kind = Kind.RECORD;
    public @Nullable PartitionEpoch partition;
    public long offset;
    public long timestampMs;
    /** As in Kafka: -1 none, 0 create time, 1 log append time. */
    public int timestampType;

    /** Epoch of the leader that wrote the record; -1: not known. */
    public int leaderEpoch;

    public byte @Nullable [] key;
    public byte @Nullable [] value;
    public Header[] headers = Header.NONE;
    /** Of a record from one of the pipeline's retry topics; else null. */
    public @Nullable Origin origin;

    public @Nullable Object word;

    /** Drops references, so that the slot pins no record. */
    void clear() {
        partition = null;
        key = null;
        value = null;
        headers = Header.NONE;
        origin = null;
        word = null;
    }
}
