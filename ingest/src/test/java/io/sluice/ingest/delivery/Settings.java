package io.sluice.ingest.delivery;

/** Settings for tests: small round numbers, no limit of age, no retry topics, no breaker, no parking, unless said otherwise. */
final class Settings {
    private static final long MS = World.MS;
    static final RetryPolicy RETRY = new RetryPolicy(3, 2, 100 * MS, 1_000 * MS, 2, 0, RetryPolicy.ANY_AGE);

    private final Ordering ordering;
    private int batchRecords = 10;
    private long batchBytes = 10_000;
    private long lingerNs;
    private RetryPolicy retry = RETRY;
    private RetryTiers tiers = RetryTiers.NONE;
    private FloodPolicy flood = FloodPolicy.OFF;
    private int parkingShare;
    private long parkingShareBytes;
    private long parkingIndexBytes;

    private Settings(Ordering ordering) {
        this.ordering = ordering;
    }

    static Settings of(Ordering ordering) {
        return new Settings(ordering);
    }

    Settings batch(int records, long bytes) {
        batchRecords = records;
        batchBytes = bytes;
        return this;
    }

    Settings linger(long ns) {
        lingerNs = ns;
        return this;
    }

    Settings retry(RetryPolicy policy) {
        retry = policy;
        return this;
    }

    /** A limit of age, and so many attempts. */
    Settings age(int maxAttempts, long maxAgeNs) {
        return retry(new RetryPolicy(
                maxAttempts,
                retry.maxDeliveries(),
                retry.initialNs(),
                retry.maxNs(),
                retry.multiplier(),
                retry.jitter(),
                maxAgeNs));
    }

    Settings tiers(long... delaysNs) {
        tiers = new RetryTiers(delaysNs);
        return this;
    }

    Settings flood(FloodPolicy policy) {
        flood = policy;
        return this;
    }

    Settings parking(int shareRecords, long shareBytes, long indexBytes) {
        parkingIndexBytes = indexBytes;
        parkingShare = shareRecords;
        parkingShareBytes = shareBytes;
        return this;
    }

    DeliverySettings build() {
        return new DeliverySettings(
                ordering,
                batchRecords,
                batchBytes,
                lingerNs,
                30_000 * MS,
                60_000 * MS,
                retry,
                tiers,
                7,
                "p",
                0,
                flood,
                parkingShare,
                parkingShareBytes,
                parkingIndexBytes);
    }
}
