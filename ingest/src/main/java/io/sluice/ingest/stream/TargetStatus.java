package io.sluice.ingest.stream;

/**
 * How one address of a processor fares.
 *
 * @param target address that is dialled, such as {@code 10.0.0.7:9000}; the configured target while its name has no
 *     address
 * @param streams how many are up
 * @param lastError why the last attempt or stream ended, one line; empty: nothing since the last success
 */
public record TargetStatus(String target, State state, int streams, String lastError) {
    /** Of the streams of an address, the best. */
    public enum State {
        CONNECTING,
        UP,
        /** Waits before it dials again. */
        BACKOFF
    }
}
