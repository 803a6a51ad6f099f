package io.sluice.devkit.proxy;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long bytes are on their way. They never overtake each other. */
public sealed interface Delay {
    /** No delay. */
    Delay NONE = new Fixed(Duration.ZERO);

    /** Draws one delay, in nanoseconds, at least 0. */
    long drawNs(RandomGenerator random);

    /** Always the same. */
    record Fixed(Duration time) implements Delay {
        @Override
        public long drawNs(RandomGenerator random) {
            return time.toNanos();
        }
    }

    /** Each time between {@code least} and {@code most} alike. */
    record Uniform(Duration least, Duration most) implements Delay {
        /** Refuses {@code most} below {@code least}. */
        public Uniform {
            if (most.compareTo(least) < 0) {
                throw new IllegalArgumentException("delay from " + least + " to " + most + ": the second is less");
            }
        }

        @Override
        public long drawNs(RandomGenerator random) {
            return random.nextLong(least.toNanos(), most.toNanos() + 1);
        }
    }

    /** Around {@code mean} with the given standard deviation, never negative. */
    record Jitter(Duration mean, Duration deviation) implements Delay {
        @Override
        public long drawNs(RandomGenerator random) {
            return Math.max(0, mean.toNanos() + (long) (random.nextGaussian() * deviation.toNanos()));
        }
    }
}
