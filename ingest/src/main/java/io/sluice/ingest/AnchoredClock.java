package io.sluice.ingest;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The wall clock as it was when this was made, going on with the monotonic clock: a time written and read by one
 * process means the same although somebody sets the machine's clock in between. Immutable, any thread.
 */
final class AnchoredClock extends Clock {
    private final Instant anchor;
    private final long anchorNs;

    AnchoredClock() {
        this.anchor = Instant.now();
        this.anchorNs = System.nanoTime();
    }

    @Override
    public Instant instant() {
        return anchor.plusNanos(System.nanoTime() - anchorNs);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("UTC only");
    }
}
