package io.sluice.devkit.oracle;

import java.time.Duration;

/**
 * What the pipeline under test promises, in milliseconds, as it was configured.
 *
 * @param ordering which records must follow each other
 * @param leaseMs lease of a batch
 * @param maxAttempts attempts after which a failing record is dead-lettered
 * @param minBackoffMs shortest delay before another attempt: {@code initial_backoff} less its jitter
 * @param drainMs how long a gateway may take to give partitions up
 * @param settleMs within what time after {@link EventKind#HEAL} every record must be settled (G3)
 * @param attemptsSurvive whether attempts are to survive restart and rebalance
 * @param slackMs for how long after its end a disruption may still explain something
 * @param visibleMs how long before an assignment a commit must have been appended to be surely visible to it
 */
public record Terms(
        Ordering ordering,
        long leaseMs,
        int maxAttempts,
        long minBackoffMs,
        long drainMs,
        long settleMs,
        boolean attemptsSurvive,
        long slackMs,
        long visibleMs) {
    /** Which records of a partition must follow each other. */
    public enum Ordering {
        KEY,
        PARTITION,
        NONE
    }

    /** The gateway's defaults for a pipeline. */
    public static Terms defaults() {
        return new Terms(Ordering.KEY, 30_000, 5, 160, 10_000, 60_000, false, 2_000, 20);
    }

    public Terms ordering(Ordering value) {
        return new Terms(
                value, leaseMs, maxAttempts, minBackoffMs, drainMs, settleMs, attemptsSurvive, slackMs, visibleMs);
    }

    public Terms lease(Duration value) {
        return new Terms(
                ordering,
                value.toMillis(),
                maxAttempts,
                minBackoffMs,
                drainMs,
                settleMs,
                attemptsSurvive,
                slackMs,
                visibleMs);
    }

    /** @param initialBackoff the configured one, less its jitter */
    public Terms retry(int attempts, Duration initialBackoff) {
        return new Terms(
                ordering,
                leaseMs,
                attempts,
                initialBackoff.toMillis(),
                drainMs,
                settleMs,
                attemptsSurvive,
                slackMs,
                visibleMs);
    }

    public Terms drain(Duration value) {
        return new Terms(
                ordering,
                leaseMs,
                maxAttempts,
                minBackoffMs,
                value.toMillis(),
                settleMs,
                attemptsSurvive,
                slackMs,
                visibleMs);
    }

    public Terms settle(Duration value) {
        return new Terms(
                ordering,
                leaseMs,
                maxAttempts,
                minBackoffMs,
                drainMs,
                value.toMillis(),
                attemptsSurvive,
                slackMs,
                visibleMs);
    }

    public Terms attemptsSurvive(boolean value) {
        return new Terms(ordering, leaseMs, maxAttempts, minBackoffMs, drainMs, settleMs, value, slackMs, visibleMs);
    }
}
