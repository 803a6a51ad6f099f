package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.DeliverySettings;
import io.sluice.ingest.delivery.FloodPolicy;
import io.sluice.ingest.delivery.Ordering;
import io.sluice.ingest.delivery.RetryPolicy;
import io.sluice.ingest.delivery.RetryTiers;

/**
 * What a seed draws for a whole history: how the gateway is set, how large the world is, how often each fault happens.
 *
 * @param rates in cases of a thousand, by {@link Fault#ordinal()}
 * @param budget most records in flight that the poller admits
 * @param ringSize most records in the ring
 * @param paceMs rough time between two events of an actor; leases and backoffs do not scale with it
 * @param clockStartNs what the gateway's clock shows at the beginning; it may overflow on the way
 */
record Plan(
        DeliverySettings settings,
        int[] rates,
        int partitions,
        int keys,
        int processors,
        int budget,
        int ringSize,
        int paceMs,
        long commitIntervalNs,
        long clockStartNs) {
    static final long MS = 1_000_000L;
    static final long SECOND = 1_000 * MS;
    static final String PIPELINE = "sim";
    static final long EPOCH_MS_AT_ZERO = 1_700_000_000_000L;
    private static final int[] PACES = {1, 5, 20, 100, 1_000};

    /** Draws a plan; without an ordering that too. */
    static Plan draw(Dice dice, Ordering ordering) {
        int[] rates = new int[Fault.ALL.length];
        for (Fault fault : Fault.ALL) {
            rates[fault.ordinal()] = dice.below(10) < 6 ? 0 : 1 + dice.below(fault.most);
        }
        boolean aging = dice.below(4) == 3;
        RetryPolicy retry = new RetryPolicy(
                aging ? 2 + dice.below(30) : 1 + dice.below(5),
                1 + dice.below(3),
                (1 + dice.below(200)) * MS,
                (200 + dice.below(2_000)) * MS,
                1 + dice.below(3),
                dice.below(3) * 0.25,
                aging ? (1 + dice.below(dice.below(2) == 0 ? 2_000 : 60_000)) * MS : RetryPolicy.ANY_AGE);
        long leaseNs = (50 + dice.below(dice.below(2) == 0 ? 200 : 30_000)) * MS;
        DeliverySettings settings = new DeliverySettings(
                ordering,
                1 + dice.below(16),
                100 + dice.below(4_000),
                dice.below(3) == 2 ? dice.below(10) * MS : 0,
                leaseNs,
                leaseNs * (1 + dice.below(3)),
                retry,
                tiers(dice.below(4)),
                dice.below(Integer.MAX_VALUE),
                PIPELINE,
                EPOCH_MS_AT_ZERO,
                flood(dice),
                0,
                0,
                0);
        return new Plan(
                settings,
                rates,
                1 + dice.below(3),
                1 + dice.below(8),
                1 + dice.below(4),
                4 + dice.below(44),
                8 << dice.below(5),
                PACES[dice.below(PACES.length)],
                (10 + dice.below(2_000)) * MS,
                clockStart(dice.below(4), aging));
    }

    private static FloodPolicy flood(Dice dice) {
        if (dice.below(3) != 2) {
            return FloodPolicy.OFF;
        }
        return new FloodPolicy(
                true, 0.1 * (1 + dice.below(9)), 1 + dice.below(60), 1 + dice.below(20), (1 + dice.below(2_000)) * MS);
    }

    private static RetryTiers tiers(int which) {
        return switch (which) {
            case 2 -> new RetryTiers(50 * MS);
            case 3 -> new RetryTiers(10 * MS, 300 * MS, 5 * SECOND);
            default -> RetryTiers.NONE;
        };
    }

    /** Whether records are moved to retry topics. */
    boolean delays() {
        return settings.tiers().count() > 0 && settings.ordering() != Ordering.PARTITION;
    }

    /** What the wall clock shows, in milliseconds since 1970. It does not overflow with the other one. */
    long wallMs(long nowNs) {
        return EPOCH_MS_AT_ZERO + nowNs / MS;
    }

    private static long clockStart(int which, boolean aging) {
        return switch (which) {
            // Commits tell ages by the wall clock, which is worked out from this one.
            case 1 -> aging ? -SECOND : Long.MAX_VALUE - 20 * SECOND;
            case 2 -> -SECOND;
            default -> SECOND;
        };
    }
}
