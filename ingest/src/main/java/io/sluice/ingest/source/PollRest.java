package io.sluice.ingest.source;

/**
 * How long a poll may wait for records, which end it at once. While nothing comes, each further poll costs processor time for nothing; while
 * something waits for room, or has still to be committed, somebody has to look. Owned by: poll thread.
 */
final class PollRest {
    /** Everything that was read is committed: there is nothing to look after but what is asked once a second at most, and a stop. */
    static final long QUIET_MS = 500;

    static final long IDLE_MS = 200;
    static final long BLOCKED_MAX_MS = 50;
    private static final long BLOCKED_MIN_MS = 2;

    private long blockedMs = BLOCKED_MIN_MS;

    /**
     * @param blocked whether something waits for room: short, longer the longer nothing moves
     * @param moved records that found room since the last poll
     * @param quiet whether nothing is open and no answer is awaited
     */
    long ms(boolean blocked, int moved, boolean quiet) {
        if (!blocked) {
            return quiet ? QUIET_MS : IDLE_MS;
        }
        if (moved > 0) {
            blockedMs = BLOCKED_MIN_MS;
            return 0;
        }
        blockedMs = Math.min(BLOCKED_MAX_MS, blockedMs * 2);
        return blockedMs;
    }
}
