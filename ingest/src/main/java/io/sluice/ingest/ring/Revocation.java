package io.sluice.ingest.ring;

import io.sluice.ingest.delivery.PartitionEpoch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks the lane to let go of partitions and carries its answer back. Made by the poll thread, answered by the lane
 * thread.
 */
public final class Revocation {
    private final List<PartitionEpoch> partitions;
    private final long deadlineNs;
    private final boolean lost;
    private final Map<PartitionEpoch, Position> positions = new ConcurrentHashMap<>();
    private final CountDownLatch open;

    /**
     * @param deadlineNs on {@link System#nanoTime()}: open batches may settle until then
     * @param lost already somebody else's: nothing may be waited for or committed
     */
    public Revocation(List<PartitionEpoch> partitions, long deadlineNs, boolean lost) {
        this.partitions = List.copyOf(partitions);
        this.deadlineNs = deadlineNs;
        this.lost = lost;
        this.open = new CountDownLatch(partitions.size());
    }

    public List<PartitionEpoch> partitions() {
        return partitions;
    }

    public long deadlineNs() {
        return deadlineNs;
    }

    public boolean lost() {
        return lost;
    }

    /** The lane's answer for one partition: its final position. */
    public void answer(PartitionEpoch partition, Position position) {
        if (positions.put(partition, position) == null) {
            open.countDown();
        }
    }

    /**
     * Waits for the lane.
     *
     * @return the final positions of the partitions answered in time
     */
    public Map<PartitionEpoch, Position> await(long timeoutNs) throws InterruptedException {
        open.await(timeoutNs, TimeUnit.NANOSECONDS);
        return Map.copyOf(positions);
    }
}
