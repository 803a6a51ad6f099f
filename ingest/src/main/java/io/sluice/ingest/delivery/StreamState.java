package io.sluice.ingest.delivery;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the core knows of one stream: its credit, and what is open on it. Owned by: lane thread. */
public final class StreamState extends Timed {
    private static final int FRAME_OVERHEAD = 64;

    final StreamPort port;
    final StreamInfo info;
    /** Open batches by id, oldest first. */
    final Map<Long, Batch> batches = new LinkedHashMap<>();

    long creditRecords;
    /** {@link Long#MAX_VALUE}: no limit. */
    long creditBytes;

    long nextBatchId = 1;
    long sentRecords;
    long sentBytes;
    long settledRecords;
    long settledBytes;
    /** Order of the last send among all streams, to take turns. */
    long lastSend;

    boolean draining;
    boolean down;
    /** Given work that nothing came back of: not picked until its deadline. */
    boolean ejected;
    /** Let leases run out and has not answered since: one batch at a time. */
    boolean onProbation;

    /** Leases that ran out in a row. */
    int expiries;

    int ejections;

    StreamState(StreamPort port, StreamInfo info) {
        this.port = port;
        this.info = info;
    }

    public StreamInfo info() {
        return info;
    }

    public long creditRecords() {
        return creditRecords;
    }

    /** 0: no limit. */
    public long creditBytes() {
        return creditBytes == Long.MAX_VALUE ? 0 : creditBytes;
    }

    /** Records sent and not settled: computed, never counted up and down. */
    public long outstandingRecords() {
        return sentRecords - settledRecords;
    }

    public long outstandingBytes() {
        return sentBytes - settledBytes;
    }

    /** UP, DRAINING, EJECTED or BLOCKED (the transport takes no more for now). */
    public String stateName() {
        return draining ? "DRAINING" : ejected ? "EJECTED" : port.ready() ? "UP" : "BLOCKED";
    }

    void credit(long records, long bytes) {
        creditRecords = records;
        creditBytes = bytes == 0 ? Long.MAX_VALUE : bytes;
    }

    /** Largest sum of {@link Entry#wireBytes} that fits into one frame. */
    long frameRoom() {
        return (long) info.maxFrameBytes() - FRAME_OVERHEAD;
    }

    long roomRecords() {
        return creditRecords - outstandingRecords();
    }

    long roomBytes() {
        return creditBytes - outstandingBytes();
    }

    /**
     * Whether credit allows another batch. A sliver of credit is left to grow, or batches would shrink to single
     * records; with nothing outstanding any credit will do.
     */
    boolean hasCredit(int batchRecords) {
        if (creditRecords <= 0) {
            return false;
        }
        if (outstandingRecords() == 0) {
            return true;
        }
        return !onProbation && roomBytes() > 0 && roomRecords() * 4 >= Math.min(batchRecords, creditRecords);
    }

    boolean usable() {
        return !down && !draining && !ejected;
    }
}
