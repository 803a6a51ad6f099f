package io.sluice.ingest.delivery;

/**
 * What a lane's delivery is set to.
 *
 * @param batchRecords most records of a batch, at least 1
 * @param batchBytes most bytes of a batch; a single larger record goes alone
 * @param lingerNs how long a part-filled batch may wait for more while its stream has work
 * @param leaseNs time for a batch to be settled
 * @param maxLeaseNs limit of extensions, from when the batch was sent
 * @param tiers where records without an order wait for their next attempt
 * @param hashSeed seed of the key table
 * @param pipeline its name, which marks commit metadata as its own
 * @param epochMsAtZero wall-clock milliseconds when the lane's clock stood at 0
 * @param parkingShare most records of a waiting key in memory, the rest is parked; 0: nothing is parked
 * @param parkingShareBytes the same in bytes, one record excepted
 * @param parkingIndexBytes most memory for the index of what is parked, in bytes; at least one record a partition is
 * @param flood when too many dead letters stop the sending
 */
public record DeliverySettings(
        Ordering ordering,
        int batchRecords,
        long batchBytes,
        long lingerNs,
        long leaseNs,
        long maxLeaseNs,
        RetryPolicy retry,
        RetryTiers tiers,
        long hashSeed,
        String pipeline,
        long epochMsAtZero,
        FloodPolicy flood,
        int parkingShare,
        long parkingShareBytes,
        long parkingIndexBytes) {}
