package io.sluice.ingest.ring;

/**
 * How far a partition has come, as a commit says it.
 *
 * @param offset every record below has a terminal outcome; -1: nothing known
 * @param completions what is done above it, as metadata of the commit; empty: nothing
 */
public record Position(long offset, String completions) {}
