package io.sluice.devkit.sim;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The randomness of one actor. Each actor has dice of its own, so that another actor, or another draw of it, does not
 * shift what the rest draw. Zero is always the harmless outcome: nothing fails, the least is done, the shortest time
 * passes. So a history gets simpler when draws are taken out of it or run out, which is how {@link Shrinker} works.
 */
final class Dice {
    private final SplittableRandom random;
    private final @Nullable Decisions decisions;
    private final int actor;

    Dice(long seed, int actor, @Nullable Decisions decisions) {
        this.random = new SplittableRandom(seed ^ (actor + 1) * 0x9E3779B97F4A7C15L);
        this.decisions = decisions;
        this.actor = actor;
    }

    /** A number from 0 up to, not including, {@code bound}. */
    int below(int bound) {
        if (decisions == null) {
            return roll(bound);
        }
        if (decisions.replays()) {
            return Math.floorMod(decisions.next(actor), bound);
        }
        int value = roll(bound);
        decisions.add(actor, value);
        return value;
    }

    /** Whether something happens that does so in {@code perMille} of 1000 cases. Draws nothing for what never does. */
    boolean chance(int perMille) {
        return perMille > 0 && below(1000) >= 1000 - perMille;
    }

    /** From {@code least} to {@code most}, both included. */
    long between(long least, long most) {
        return least + below((int) (most - least + 1));
    }

    // Spelled out, because only nextLong is the same in every JDK.
    private int roll(int bound) {
        return (int) (((random.nextLong() >>> 32) * bound) >>> 32);
    }
}
