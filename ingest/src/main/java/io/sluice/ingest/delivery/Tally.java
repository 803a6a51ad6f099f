package io.sluice.ingest.delivery;

import java.util.concurrent.atomic.AtomicLong;

/** A counter with one writer, readable from any thread; an increment costs two plain moves. */
public final class Tally {
    private final AtomicLong value = new AtomicLong();

    void add(long n) {
        value.setOpaque(value.getPlain() + n);
    }

    /** Any thread; may lag behind the writer by a moment. */
    public long get() {
        return value.getOpaque();
    }
}
