package io.sluice.ingest.delivery;

/**
 * One assignment of one partition to this member: the fence for everything that is in flight. When a partition
 * goes and comes back, it comes back as a new object, so that nothing late can be taken for something new.
 * Compared by identity. Immutable, any thread.
 */
public final class PartitionEpoch {
    private final String topic;
    private final int partition;
    private final long epoch;

    /**
     * @param epoch greater than that of every earlier assignment in this lane
     */
    public PartitionEpoch(String topic, int partition, long epoch) {
        this.topic = topic;
        this.partition = partition;
        this.epoch = epoch;
    }

    public String topic() {
        return topic;
    }

    public int partition() {
        return partition;
    }

    public long epoch() {
        return epoch;
    }

    /** Such as {@code quakes-3}. */
    @Override
    public String toString() {
        return topic + '-' + partition;
    }
}
