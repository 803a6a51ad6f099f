package io.sluice.bench;

/**
 * How much is measured.
 *
 * <p>A JVM is warm when its compiler has settled: a bare consumer becomes three times as fast during its first ten million records, a gateway
 * still gains after them. So
 * warm-up is over for a contender after that many records, or, if it is slow, after that much time.
 *
 * @param rounds measured ones, after warm-up
 * @param records most records of a round
 * @param roundSeconds how long a round lasts, about; slow contenders get fewer records
 * @param warmUpRecords after this many a contender is warm
 * @param warmUpSeconds after this much time of its own, too
 */
record Effort(int rounds, long records, double roundSeconds, long warmUpRecords, double warmUpSeconds) {
    private static final double UNCOMPILED_SECONDS = 4;
    private static final double QUICK_WARM_UP_SECONDS = 2;

    static Effort full(int rounds, long records) {
        return new Effort(rounds, records, 2, 25_000_000, 15);
    }

    /** With rounds of so many seconds; short ones stay short. */
    Effort lasting(double seconds) {
        return isQuick() ? this : new Effort(rounds, records, seconds, warmUpRecords, warmUpSeconds);
    }

    /** With so many seconds of warm-up at most. */
    Effort warming(double seconds) {
        return new Effort(rounds, records, roundSeconds, warmUpRecords, Math.min(warmUpSeconds, seconds));
    }

    /** For a contender without a JVM: nothing in it is compiled while it runs, so it is warm when its connections and its group are. */
    Effort uncompiled() {
        return warming(UNCOMPILED_SECONDS);
    }

    /** Whether what is found is only to show that all works. */
    boolean isQuick() {
        return warmUpSeconds <= QUICK_WARM_UP_SECONDS;
    }

    /** Enough to see that everything works. */
    static Effort quick(int rounds, long records) {
        return new Effort(rounds, records, 0.5, 1_000_000, QUICK_WARM_UP_SECONDS);
    }
}
