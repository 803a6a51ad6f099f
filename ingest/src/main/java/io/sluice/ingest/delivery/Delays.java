package io.sluice.ingest.delivery;

/** Moves records to retry topics, and takes up those that come back from them. */
final class Delays {
    private final RetryTiers tiers;
    private final Ordering ordering;
    private final Queues queues;
    private final DeadLetterDesk desk;

    Delays(DeliverySettings settings, Queues queues, DeadLetterDesk desk) {
        this.tiers = settings.tiers();
        this.ordering = settings.ordering();
        this.queues = queues;
        this.desk = desk;
    }

    /**
     * Moves the head of a queue that has just failed, unless it has to wait where it is.
     *
     * @param retryAfterNs the wait that the processor asked for; negative: none
     * @return whether it left its queue
     */
    boolean move(Entry entry, KeyQueue queue, long retryAfterNs, long nowNs) {
        int tier = tier(entry, queue, retryAfterNs);
        if (tier == RetryTiers.STAY) {
            return false;
        }
        queue.removeFirst();
        boolean longer = retryAfterNs > tiers.delayNs(tier);
        desk.delay(entry, tier, longer ? nonZero(nowNs + retryAfterNs) : 0);
        return true;
    }

    /** How long {@link #move} would make a record wait; negative: it has to wait where it is. */
    long waitNs(Entry entry, KeyQueue queue, long retryAfterNs) {
        int tier = tier(entry, queue, retryAfterNs);
        return tier == RetryTiers.STAY ? -1 : Math.max(retryAfterNs, tiers.delayNs(tier));
    }

    private int tier(Entry entry, KeyQueue queue, long retryAfterNs) {
        boolean may = tiers.count() > 0 && alone(queue);
        return may ? tiers.after(entry.attempts, retryAfterNs) : RetryTiers.STAY;
    }

    /** Takes up a record just received from a retry topic: it may be sent, has to wait on, or does not belong there. */
    void returned(Entry entry, long nowNs) {
        Origin origin = entry.origin;
        long leftNs = origin.notBeforeNs() == 0 ? 0 : origin.notBeforeNs() - nowNs;
        int tier = alone(entry.queue) ? tiers.within(leftNs) : RetryTiers.STAY;
        if (!origin.fault().isEmpty()) {
            takeOut(entry);
            desk.begin(entry, Cause.DECODE, "FOREIGN", origin.fault(), Header.NONE, "", nowNs);
        } else if (tier != RetryTiers.STAY) {
            takeOut(entry);
            desk.delay(entry, tier, origin.notBeforeNs());
        } else if (leftNs > 0) {
            queues.postpone(entry.queue, origin.notBeforeNs(), nowNs);
        }
    }

    private void takeOut(Entry entry) {
        KeyQueue queue = entry.queue;
        queues.unlist(queue);
        queue.removeFirst();
    }

    /** Whether no record waits for another of its queue. */
    private boolean alone(KeyQueue queue) {
        return queue.key == null && ordering != Ordering.PARTITION;
    }

    private static long nonZero(long timeNs) {
        return timeNs == 0 ? 1 : timeNs;
    }
}
