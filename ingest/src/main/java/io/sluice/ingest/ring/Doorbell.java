package io.sluice.ingest.ring;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread sleep until another has work for it. A ring to an awake thread costs one fence and one read.
 *
 * <p>Lost wake-ups are excluded as in Dekker's algorithm: the sleeper announces itself, then looks for work; the
 * caller makes work visible, then looks for a sleeper; a full fence stands between the two steps of each.
 */
public final class Doorbell {
    private volatile @Nullable Thread sleeper;

    /** Wakes the sleeper, if there is one. Any thread; call after the work is visible. */
    public void ring() {
        VarHandle.fullFence();
        Thread thread = sleeper;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Sleeps until rung, interrupted or {@code maxNs} have passed, unless there is work already. May return early.
     * One thread only.
     */
    public void await(long maxNs, BooleanSupplier hasWork) {
        sleeper = Thread.currentThread();
        VarHandle.fullFence();
        try {
            if (maxNs > 0 && !hasWork.getAsBoolean()) {
                LockSupport.parkNanos(this, maxNs);
            }
        } finally {
            sleeper = null;
        }
    }
}
