package io.sluice.ingest.delivery;

/**
 * What a {@link FloodBreaker} was like at a moment. Immutable.
 *
 * @param why what made it open, with figures and the last code; empty while closed
 * @param leftNs time until records are tried again; 0 unless open
 */
public record Flood(State state, String why, long leftNs) {
    /** Whether records are sent. */
    public enum State {
        /** All are. */
        CLOSED,
        /** A few are, to see what becomes of them. */
        PROBING,
        /** None is. */
        OPEN
    }

    /** One line for people; empty while closed. */
    public String line() {
        return switch (state) {
            case CLOSED -> "";
            case PROBING -> why + "; a few records are tried, the others wait and keep their offsets";
            case OPEN ->
                why + "; nothing is sent for " + (leftNs + 999_999_999) / 1_000_000_000
                        + " s, then a few records are tried; the others wait and keep their offsets";
        };
    }
}
