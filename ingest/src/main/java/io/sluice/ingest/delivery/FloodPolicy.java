package io.sluice.ingest.delivery;

/**
 * When dead letters are a flood.
 *
 * @param enabled false: never, the rest says nothing
 * @param ratio share of dead letters among the last {@code window} outcomes that is still tolerated, 0 to 1
 * @param window how many outcomes are looked at, at least 1
 * @param consecutive dead letters in a row that are one too many, at least 1
 * @param pauseNs how long nothing is sent the first time, in nanoseconds
 */
public record FloodPolicy(boolean enabled, double ratio, int window, int consecutive, long pauseNs) {
    /** Lets everything through. */
    public static final FloodPolicy OFF = new FloodPolicy(false, 1, 1, 1, 0);
}
