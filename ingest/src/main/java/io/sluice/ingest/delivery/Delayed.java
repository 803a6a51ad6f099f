package io.sluice.ingest.delivery;

/**
 * A record on its way to a retry topic.
 *
 * @param tier which, from 0
 * @param notBeforeNs on the lane's clock, when a processor asked for a longer wait than the tier's; 0: it did not
 */
public record Delayed(Entry entry, int tier, long notBeforeNs) implements Outgoing {}
