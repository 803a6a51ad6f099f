package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.Header;

/**
 * A record of a retry topic as it was written there, and what was true of it then.
 *
 * @param headers all of them, as the core has written them; none: somebody else has put it there
 * @param partition of the original record
 * @param offset of the original record
 * @param wish before which a processor does not want it back, or {@link Rec#NO_TIME}
 * @param due when it may be taken up
 */
record Past(
        Header[] headers,
        int partition,
        long offset,
        int attempts,
        int lonelyDeaths,
        long firstFailed,
        long wish,
        long due) {
    static final Past FOREIGN = new Past(Header.NONE, 0, 0, 0, 0, 0, Rec.NO_TIME, 0);

    /** Whether somebody else has put it there. */
    boolean foreign() {
        return headers.length == 0;
    }
}
