package io.sluice.ingest.ring;

import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** The consuming thread's side of a stress test: reads and sleeps until it has everything. */
final class Waiting {
    /** Bits of a result that say what went wrong; 0: nothing. */
    static final int SLEPT_THROUGH = 1;

    static final int OUT_OF_ORDER = 2;
    static final int WRONG_CONTENT = 4;
    static final int LOST = 8;

    private Waiting() {}

    /**
     * @param drain reads what is there; how much it was
     * @param complete whether everything has been read
     * @return 0, or {@link #SLEPT_THROUGH}, which ends it
     */
    static int forAll(Doorbell doorbell, IntSupplier drain, BooleanSupplier hasWork, BooleanSupplier complete) {
        while (!complete.getAsBoolean()) {
            if (drain.getAsInt() == 0) {
                long before = System.nanoTime();
                doorbell.await(DoorbellStress.LONG_NS, hasWork);
                if (System.nanoTime() - before >= DoorbellStress.LONG_NS) {
                    return SLEPT_THROUGH;
                }
            }
        }
        return 0;
    }
}
