package io.sluice.ingest.delivery;

/**
 * Finds the record that ends streams. Records under which streams ended again and again are sent on a stream that
 * holds nothing else: one at first, twice as many each time all survive, and one again when a stream ends. So a
 * thousand innocent records are cleared in ten batches, and only a record that was alone is ever found guilty.
 */
final class Suspects {
    private final Queues queues;
    private final Streams streams;
    private final int maxRecords;

    private int count = 1;
    /** Kept free of other records while there are suspects. */
    private StreamState reserved;
    /** The open batch of suspects. */
    private Batch probe;

    Suspects(Queues queues, Streams streams, int maxRecords) {
        this.queues = queues;
        this.streams = streams;
        this.maxRecords = maxRecords;
    }

    /** The stream that other records must leave alone; null: none. Call before each dispatch. */
    StreamState reserve() {
        if (probe != null) {
            return reserved;
        }
        if (queues.suspects.isEmpty()) {
            reserved = null;
            count = 1;
        } else if (reserved == null || !streams.takes(reserved, queues.suspects.first.head.wireBytes)) {
            reserved = streams.forSuspects(queues.suspects.first.head.wireBytes);
        }
        return reserved;
    }

    /** The next batch of suspects, if the reserved stream is free for it; null: none. */
    Batch next(BatchBuilder builder, long nowNs) {
        if (reserved == null || probe != null || queues.suspects.isEmpty()) {
            return null;
        }
        if (reserved.outstandingRecords() > 0 || !reserved.port.ready()) {
            return null;
        }
        probe = builder.fromSuspects(reserved, count, nowNs);
        return probe;
    }

    boolean holds(Batch batch) {
        return batch == probe;
    }

    /** Verdicts came for a batch. */
    void progressed(Batch batch) {
        if (batch == probe && batch.open == 0) {
            probe = null;
            count = Math.min(maxRecords, count * 2);
        }
    }

    /** A batch was taken back. */
    void takenBack(Batch batch, boolean streamLost) {
        if (batch == probe) {
            probe = null;
            if (streamLost) {
                count = 1;
            }
        }
    }

    /** A partition went away under the probe. */
    void abandoned() {
        if (probe != null && probe.open == 0) {
            probe = null;
        }
    }
}
