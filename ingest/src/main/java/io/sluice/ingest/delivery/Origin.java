package io.sluice.ingest.delivery;

/**
 * Where a record comes from that was read from one of the pipeline's own retry topics, and what had happened to it by
 * then. Immutable.
 *
 * @param timestampMs of the original record
 * @param timestampType of the original record
 * @param attempts failures so far that were its own
 * @param deliveries times it was sent
 * @param streamsEnded streams that ended while it was alone on them
 * @param firstFailedNs on the lane's clock; never 0
 * @param notBeforeNs on the lane's clock; 0: as soon as it was read
 * @param hops retry topics it has been in
 * @param fault why it is not a record that this pipeline has put there; empty: it is one
 */
public record Origin(
        String topic,
        int partition,
        long offset,
        long timestampMs,
        int timestampType,
        int attempts,
        int deliveries,
        int streamsEnded,
        long firstFailedNs,
        long notBeforeNs,
        int hops,
        String code,
        String reason,
        String fault) {}
