package io.sluice.devkit.faults;

import java.util.SplittableRandom;

/**
 * What happens when: a pure function of seed and tick, so that a run's faults come again from its seed alone, whatever happened before.
 * Immutable.
 */
record Schedule(long seed) {

    /** One of {@code choices} things, 0 to {@code choices - 1}. */
    int pick(long tick, int choices) {
        return at(tick).nextInt(choices);
    }

    /** A number of {@code least} to {@code most}, both included: milliseconds, counts. */
    long between(long tick, long least, long most) {
        return at(tick).nextLong(least, most + 1);
    }

    /** True in {@code share} of all ticks, 0 to 1. */
    boolean happens(long tick, double share) {
        return at(tick).nextDouble() < share;
    }

    /** Another schedule, for another purpose within the same run: ticks of the two have nothing to do with each other. */
    Schedule of(String purpose) {
        return new Schedule(new SplittableRandom(seed ^ (purpose.hashCode() * 0x9E3779B97F4A7C15L)).nextLong());
    }

    private SplittableRandom at(long tick) {
        return new SplittableRandom(new SplittableRandom(seed + tick * 0xBF58476D1CE4E5B9L).nextLong());
    }
}
