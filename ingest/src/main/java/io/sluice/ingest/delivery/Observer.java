package io.sluice.ingest.delivery;

/** Hears of things worth a distribution, at most a few times a batch. Called by the lane thread. */
public interface Observer {
    /** A batch was sent. */
    void batchSent(int records);

    /** The last record of a batch got its outcome, {@code elapsedNs} after it was sent. */
    void batchDone(long elapsedNs);

    /** A record was settled; called for the first record of each verdict only. {@code timestampMs} may be -1. */
    void settled(long timestampMs);
}
