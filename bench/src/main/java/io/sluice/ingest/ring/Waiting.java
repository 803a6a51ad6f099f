package io.sluice.ingest.ring;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;

/** The consuming thread's side of a stress test: reads and sleeps until it has everything. */
public final class Waiting {
    /** Bits of a result that say what went wrong; 0: nothing. */
    static final int SLEPT_THROUGH = 1;

    static final int OUT_OF_ORDER = 2;
    static final int WRONG_CONTENT = 4;
    static final int NOT_COUNTED = 8;

    /** Longer than any pause of the machine; only a lost wake-up takes that long. */
    static final long LONG_NS = TimeUnit.SECONDS.toNanos(5);

    /** After the first lost wake-up the test has failed: the rest of it need not take hours. */
    private static volatile long patienceNs = LONG_NS;

    private Waiting() {}

    /**
     * @param drain reads what is there; how much it was
     * @param complete whether everything has been read
     * @return 0, or {@link #SLEPT_THROUGH}
     */
    public static int forAll(Doorbell doorbell, IntSupplier drain, BooleanSupplier hasWork, BooleanSupplier complete) {
        return forAll(ns -> doorbell.await(ns, hasWork), drain, complete);
    }

    /** As above, with a sleep of the ring's own, told how long it may take in nanoseconds. */
    static int forAll(LongConsumer sleep, IntSupplier drain, BooleanSupplier complete) {
        int slept = 0;
        while (!complete.getAsBoolean()) {
            if (drain.getAsInt() == 0) {
                long limitNs = patienceNs;
                long before = System.nanoTime();
                sleep.accept(limitNs);
                if (System.nanoTime() - before >= limitNs) {
                    patienceNs = TimeUnit.MILLISECONDS.toNanos(1);
                    slept = SLEPT_THROUGH;
                    if (drain.getAsInt() == 0) {
                        return slept; // not even late: it will never come
                    }
                }
            }
        }
        return slept;
    }
}
