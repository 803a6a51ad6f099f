package io.sluice.ingest.source;

import java.util.concurrent.TimeUnit;

/** How fast the records of a partition that is blocked are handed over. Owned by: poll thread. */
final class HandOver {
    /** A partition is slow if handing over what a poll brings takes longer. */
    static final long SLOW_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Time after which one that is still blocked is judged: several round trips to a processor. */
    private static final long WINDOW_NS = SLOW_NS / 2;

    private int took;
    private boolean blocked;
    private long blockedNs;
    private long windowNs;
    private long admittedThen;
    private boolean slow;

    /** A poll brought so many of its records. */
    void took(int records) {
        took = records;
    }

    /**
     * Looks at how far it is. What was found out stays until the partition is blocked again.
     *
     * @param blocks whether it waits for room now
     * @param admitted its records handed over since it was assigned
     * @param nowNs on {@link System#nanoTime()}
     */
    void look(boolean blocks, long admitted, long nowNs) {
        if (blocks && !blocked) {
            blockedNs = nowNs;
            window(admitted, nowNs);
        } else if (blocks && nowNs - windowNs >= WINDOW_NS) {
            slow = (double) (admitted - admittedThen) * SLOW_NS < (double) took * (nowNs - windowNs);
            window(admitted, nowNs);
        } else if (!blocks && blocked && nowNs - blockedNs < WINDOW_NS) {
            slow = false;
        }
        blocked = blocks;
    }

    /** Whether it would take longer than {@link #SLOW_NS} to hand over what a poll brings. */
    boolean slow() {
        return slow;
    }

    private void window(long admitted, long nowNs) {
        windowNs = nowNs;
        admittedThen = admitted;
    }
}
