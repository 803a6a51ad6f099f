package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.DeliverySettings;
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
    private static final long EPOCH_MS_AT_ZERO = 1_700_000_000_000L;
    private static final int[] PACES = {1, 5, 20, 100, 1_000};

    /** Draws a plan; without an ordering that too. */
    static Plan draw(Dice dice, Ordering ordering) {
        int[] rates = new int[Fault.ALL.length];
        for (Fault fault : Fault.ALL) {
            rates[fault.ordinal()] = dice.below(10) < 6 ? 0 : 1 + dice.below(fault.most);
        }
        RetryPolicy retry = new RetryPolicy(
                1 + dice.below(5),
                1 + dice.below(3),
                (1 + dice.below(200)) * MS,
                (200 + dice.below(2_000)) * MS,
                1 + dice.below(3),
                dice.below(3) * 0.25);
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
                EPOCH_MS_AT_ZERO);
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
                clockStart(dice.below(4)));
    }

    private static RetryTiers tiers(int which) {
        return switch (which) {
            case 2 -> new RetryTiers(50 * MS);
            case 3 -> new RetryTiers(10 * MS, 300 * MS, 5 * SECOND);
            default -> RetryTiers.NONE;
        };
    }

    private static long clockStart(int which) {
        return switch (which) {
            case 1 -> Long.MAX_VALUE - 20 * SECOND;
            case 2 -> -SECOND;
            default -> SECOND;
        };
    }
}
