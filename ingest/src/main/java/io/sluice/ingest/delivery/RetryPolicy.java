package io.sluice.ingest.delivery;

/**
 * When a failed record is tried again: exponential backoff with jitter. A pure function; the jitter is a hash of
 * what is retried, so equal histories give equal times.
 *
 * @param maxAttempts failures of a record's own before it is dead-lettered, at least 1
 * @param maxDeliveries streams that end while a record is alone on them before it is dead-lettered, at least 1
 * @param initialNs backoff after the first failure, in nanoseconds
 * @param maxNs most backoff, in nanoseconds
 * @param multiplier growth from one failure to the next, at least 1
 * @param jitter share of the backoff that is random, 0 to 1: the delay lies in {@code [b * (1 - jitter), b]}
 * @param maxAgeNs how long after its first failure a record may still be tried, or {@link #ANY_AGE}
 */
public record RetryPolicy(
        int maxAttempts,
        int maxDeliveries,
        long initialNs,
        long maxNs,
        double multiplier,
        double jitter,
        long maxAgeNs) {

    /** No limit of age. */
    public static final long ANY_AGE = Long.MAX_VALUE;

    /** Longest delay a processor may ask for: one day. */
    public static final long MAX_RETRY_AFTER_NS = 86_400_000_000_000L;

    private static final long FIRST_RELEASE_NS = 10_000_000L;
    private static final long MAX_RELEASE_NS = 1_000_000_000L;

    /** Delay after a failure. {@code failures} counts it, from 1; {@code salt} identifies what is retried. */
    long delayNs(int failures, long salt) {
        double backoff = Math.min((double) maxNs, (double) initialNs * Math.pow(multiplier, failures - 1));
        long h = (salt + failures) * 0x9E3779B97F4A7C15L;
        h = (h ^ (h >>> 32)) * 0xD6E8FEB86659FD93L;
        double random = (h >>> 11) * 0x1.0p-53;
        return (long) (backoff * (1 - jitter * random));
    }

    /** Delay after the head of a queue was released untouched, so that a processor that releases all makes no hot loop. */
    static long releaseDelayNs(int releasesInARow) {
        return Math.min(MAX_RELEASE_NS, FIRST_RELEASE_NS << Math.min(20, releasesInARow - 1));
    }
}
