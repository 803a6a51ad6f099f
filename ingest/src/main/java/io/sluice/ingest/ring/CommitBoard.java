package io.sluice.ingest.ring;

import io.sluice.ingest.delivery.PartitionEpoch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lane to poll thread: how far one assignment of one partition has come. Each field has one writer, and numbers
 * only grow; a reader may see one field newer than another and loses nothing by it (for the completions see {@link #position}).
 */
public final class CommitBoard {
    private final PartitionEpoch partition;

    // written by: lane thread
    private final AtomicLong committable = new AtomicLong(-1);
    private final AtomicLong settledRecords = new AtomicLong();
    private final AtomicLong settledBytes = new AtomicLong();

    private volatile String completions = "";
    private final ParkingBoard parking = new ParkingBoard();

    // written by: poll thread
    private final AtomicLong committed = new AtomicLong(-1);
    private final AtomicLong logEnd = new AtomicLong(-1);
    private final AtomicLong openTransaction = new AtomicLong();
    private volatile boolean paused;

    public CommitBoard(PartitionEpoch partition) {
        this.partition = partition;
    }

    public PartitionEpoch partition() {
        return partition;
    }

    /** What is wanted of the partition's parking log. */
    public ParkingBoard parking() {
        return parking;
    }

    /** Lane thread. {@code committable} -1: nothing known yet. */
    public void progress(long committable, long settledRecords, long settledBytes) {
        this.settledBytes.setRelease(settledBytes);
        this.settledRecords.setRelease(settledRecords);
        this.committable.setRelease(committable);
    }

    /** Every record below has a terminal outcome; -1: nothing known yet. Any thread. */
    public long committable() {
        return committable.getAcquire();
    }

    /** Records that have left the in-flight set since the assignment. Any thread. */
    public long settledRecords() {
        return settledRecords.getAcquire();
    }

    /** Bytes that have left the in-flight set since the assignment. Any thread. */
    public long settledBytes() {
        return settledBytes.getAcquire();
    }

    /** Lane thread, after the {@link #progress} it goes with: what is done above that position, or any later one. */
    public void completions(String metadata) {
        completions = metadata;
    }

    /** Position and completions for a commit. Any thread. */
    public Position position() {
        // In this order the position is the one that the completions were written for, or a later one, for which they
        // hold
        // as well.
        String above = completions;
        return new Position(committable(), above);
    }

    /** Poll thread: the broker has confirmed this commit. */
    public void committed(long offset) {
        committed.setRelease(offset);
    }

    /** Last offset the broker confirmed, or -1. Any thread. */
    public long committed() {
        return committed.getAcquire();
    }

    /** Poll thread: the log's end as last heard from the broker. */
    public void logEnd(long offset) {
        logEnd.setRelease(offset);
    }

    /** The log's end as last heard, or -1. Any thread. */
    public long logEnd() {
        return logEnd.getAcquire();
    }

    /** Poll thread: records that cannot be read before a producer ends its transaction. */
    public void openTransaction(long records) {
        openTransaction.setRelease(records);
    }

    /** Records that cannot be read before a producer ends its transaction. Any thread. */
    public long openTransaction() {
        return openTransaction.getAcquire();
    }

    /** Poll thread: whether fetching is paused for backpressure. */
    public void paused(boolean now) {
        if (paused != now) {
            paused = now;
        }
    }

    /** Whether fetching is paused for backpressure. Any thread. */
    public boolean paused() {
        return paused;
    }
}
