package io.sluice.ingest.stream;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Pauses between attempts: doubling, with jitter so that many gateways do not dial in step. Owned by: pool thread. */
final class Backoff {
    static final long FIRST_NS = TimeUnit.MILLISECONDS.toNanos(100);
    static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(10);

    private final RandomGenerator random;
    private long nextNs = FIRST_NS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** Between half of the present pause and the whole of it; the next one is twice as long. */
    long nextNs() {
        long pause = nextNs;
        nextNs = Math.min(LONGEST_NS, 2 * nextNs);
        return pause / 2 + random.nextLong(pause / 2 + 1);
    }

    /** Goes to the longest pause: the other side has said no. */
    void slow() {
        nextNs = LONGEST_NS;
    }

    void reset() {
        nextNs = FIRST_NS;
    }
}
