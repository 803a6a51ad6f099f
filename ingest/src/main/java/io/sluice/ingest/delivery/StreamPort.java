package io.sluice.ingest.delivery;

import java.util.List;

/** What the core asks of one stream to a processor. Called by the lane thread only; never blocks. */
public interface StreamPort {
    /** Whether the transport takes a frame now without buffering it beyond its own limit. */
    boolean ready();

    /** Sends a batch. The entries are not to be read after this returns. */
    void send(Batch batch, long leaseNs);

    /** The lane is done with one inbound frame: the stream may ask for the next. */
    void frameHandled();

    /** Asks for records back, or tells that they are gone ({@code graceNs <= 0}). Either list may be empty. */
    void revoke(List<Long> batchIds, List<PartitionEpoch> partitions, long graceNs, RevokeCause cause);

    /**
     * Ends the stream: no more batches after this.
     *
     * @param graceNs time for the processor to settle what is open; zero or less: end it now
     * @param reason one line, shown to the processor's author
     */
    void close(CloseCause cause, String reason, long graceNs);

    /** Why records are wanted back. */
    enum RevokeCause {
        REBALANCE,
        LEASE_EXPIRED
    }

    /** Why the gateway ends a stream. */
    enum CloseCause {
        SHUTDOWN,
        PROTOCOL_ERROR
    }
}
