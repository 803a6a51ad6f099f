package io.sluice.ingest.source;

import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.ring.CommitBoard;
import java.util.ArrayDeque;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What the poll thread knows of one assignment of one partition. Lives from assigned to revoked. Owned by: poll
 * thread; the board is shared with the lane.
 */
final class PartitionState {
    final TopicPartition tp;
    final PartitionEpoch epoch;
    final CommitBoard board;

    /** Polled and not yet admitted, in offset order. */
    final ArrayDeque<ConsumerRecord<byte[], byte[]>> carry = new ArrayDeque<>();

    final HandOver handOver = new HandOver();

    long admittedRecords;
    long admittedBytes;

    /** The consumer's position; -1: not positioned yet, and paused until then. */
    long position = -1;

    /** Last position the lane was told; never passes a record in {@link #carry}. */
    long toldPosition = -1;

    /** Whether no record of this assignment has been polled and the group had no offset before it. */
    boolean fresh;

    boolean paused;

    /** Of a retry topic; 0: a source. */
    final long delayNs;

    /** Of a retry topic: the record that is known not to be due, and until when. */
    long waitingOffset = -1;

    long waitUntilNs;

    /** Of a retry topic: the first record carried was not due when last looked at. */
    boolean notDue;

    /** Metadata of the last commit that was confirmed, or found. */
    String confirmedCompletions = "";

    /** When the broker last confirmed a commit, on {@link System#nanoTime()}. */
    long confirmedNs;

    /** When {@link CommitBoard#logEnd()} was last heard from the broker. */
    long logEndNs;

    /** Its parking log; null: it has none. */
    final @Nullable ParkingLog parking;

    /**
     * @param delayNs of a retry topic; 0: a source
     */
    PartitionState(TopicPartition tp, PartitionEpoch epoch, long delayNs, @Nullable ParkingLog parking) {
        this.tp = tp;
        this.epoch = epoch;
        this.delayNs = delayNs;
        this.parking = parking;
        this.board = new CommitBoard(epoch);
    }

    /** Records in the ring or in flight. */
    long heldRecords() {
        return admittedRecords - board.settledRecords();
    }

    /** Their bytes. */
    long heldBytes() {
        return admittedBytes - board.settledBytes();
    }

    /** Whether what it carries waits for its time, not for room. */
    boolean waits() {
        return notDue && !carry.isEmpty();
    }

    /** Whether its records may be handed over: not before its parking log is claimed. */
    boolean open() {
        return parking == null || board.parking().claimed();
    }

    boolean positioned() {
        return position >= 0;
    }
}
