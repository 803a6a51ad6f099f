package io.sluice.ingest.delivery;

/**
 * The delays of a pipeline's retry topics, ascending; which of them a failed record goes to. Immutable.
 *
 * <p>Only records that no other has to wait for may go: a record of an ordered key stays where it is, with its key
 * behind it.
 */
public final class RetryTiers {
    /** No retry topics: every record waits where it is. */
    public static final RetryTiers NONE = new RetryTiers();

    /** Instead of a tier: the record waits where it is. */
    static final int STAY = -1;

    private final long[] delaysNs;

    /**
     * @param delaysNs ascending, in nanoseconds
     */
    public RetryTiers(long... delaysNs) {
        this.delaysNs = delaysNs.clone();
    }

    /** How many there are. */
    public int count() {
        return delaysNs.length;
    }

    /** Delay of a tier, from 0. */
    public long delayNs(int tier) {
        return delaysNs[tier];
    }

    /**
     * The tier for a record that has failed.
     *
     * @param failures counts the one just now, from 1
     * @param retryAfterNs the wait that the processor asked for; negative: none
     */
    int after(int failures, long retryAfterNs) {
        return retryAfterNs >= 0 ? within(retryAfterNs) : Math.min(failures, delaysNs.length) - 1;
    }

    /** The tier with the longest delay that is not longer than a wait. */
    int within(long waitNs) {
        int tier = STAY;
        while (tier + 1 < delaysNs.length && delaysNs[tier + 1] <= waitNs) {
            tier++;
        }
        return tier;
    }
}
