package io.sluice.ingest.source;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides which partitions the consumer may fetch. Owned by: poll thread.
 *
 * <p>A partition is <em>blocked</em> while it carries records that are due, or while the budget would not take one more
 * of it. Blocked partitions are paused. The rest goes on being fetched, with one exception: as long as the rest has
 * nothing to read and every blocked partition moves on, all are paused together. Otherwise a fetch would go out for the
 * quiet ones alone, and the broker holds it for {@code fetch.max.wait.ms}; the busy partition, ready for more long
 * before, would run dry, because there is one fetch at a time for each broker. (The consumer itself leaves out a broker
 * of which it still has records of a partition that is not paused, for the same reason.)
 *
 * <p>Being paused together delays a record that arrives in a quiet partition by the time in which what one poll brought
 * is handed over, at most {@link HandOver#SLOW_NS}: a partition that is slower than that is paused alone.
 *
 * <p>Bound on what is carried: a partition that carries is not fetched, and none is once {@code max.poll.records} are
 * carried; so never more than twice {@code max.poll.records}. What is not due in retry topics does not count there; of
 * it as much again is kept at most, or {@link #LEAST_KEPT} records a partition.
 */
final class Pauses {
    /** Records that a partition of a retry topic may keep while they wait for their time; the rest is read again. */
    private static final int LEAST_KEPT = 64;

    private final Assignment assignment;
    private final Admission budget;
    private final PollStats stats;
    private final int maxCarried;

    private int carried;
    private int paused;

    /**
     * @param maxCarried records carried from which on nothing is fetched
     */
    Pauses(Assignment assignment, Admission budget, PollStats stats, int maxCarried) {
        this.assignment = assignment;
        this.budget = budget;
        this.stats = stats;
        this.maxCarried = maxCarried;
    }

    /** Pauses partitions that may not be fetched and resumes those that may again. */
    void apply(Consumer<byte[], byte[]> consumer, long nowNs) {
        List<PartitionState> all = assignment.all();
        carried = 0;
        int waiting = 0;
        for (PartitionState partition : all) {
            carried += partition.waits() ? 0 : partition.carry.size();
            waiting += partition.waits() ? 1 : 0;
        }
        trim(all, waiting, consumer);
        boolean together = together(all, nowNs);
        List<TopicPartition> pause = new ArrayList<>();
        List<TopicPartition> resume = new ArrayList<>();
        paused = 0;
        for (PartitionState partition : all) {
            boolean own = mustPause(partition);
            boolean stop = own || together;
            if (stop != partition.paused) {
                (stop ? pause : resume).add(partition.tp);
                partition.paused = stop;
            }
            boolean forRoom = own && !partition.waits();
            partition.board.paused(forRoom);
            paused += forRoom ? 1 : 0;
        }
        if (!pause.isEmpty()) {
            consumer.pause(pause);
        }
        if (!resume.isEmpty()) {
            consumer.resume(resume);
        }
        stats.levels(paused, carried, budget.usedRecords(), budget.usedBytes());
    }

    /** Whether something waits for room, as of the last {@link #apply}. */
    boolean waiting() {
        return carried > 0 || paused > 0;
    }

    /** Whether nothing of a partition may be fetched until the lane has taken or settled records. */
    boolean blocked(PartitionState partition) {
        if (partition.waits() || !partition.positioned() || !partition.open()) {
            return false;
        }
        return !partition.carry.isEmpty() || !budget.admits(partition.heldRecords(), partition.heldBytes(), 1);
    }

    private boolean mustPause(PartitionState partition) {
        return !partition.positioned()
                || !partition.open()
                || partition.waits()
                || carried >= maxCarried
                || blocked(partition);
    }

    /** Whether the partitions that could be fetched have nothing, and the blocked ones will soon be able to. */
    private boolean together(List<PartitionState> all, long nowNs) {
        boolean moving = false;
        boolean idle = true;
        for (PartitionState partition : all) {
            boolean blocked = blocked(partition);
            partition.handOver.look(blocked, partition.admittedRecords, nowNs);
            moving |= blocked && !partition.handOver.slow();
            idle &= mustPause(partition) || partition.position >= partition.board.logEnd();
        }
        return moving && idle;
    }

    /** Bounds what is carried although it is not due. */
    private void trim(List<PartitionState> all, int waiting, Consumer<byte[], byte[]> consumer) {
        int keep = Math.max(LEAST_KEPT, maxCarried / Math.max(1, waiting));
        for (PartitionState partition : all) {
            if (partition.waits() && partition.carry.size() > keep) {
                while (partition.carry.size() > keep) {
                    partition.position = partition.carry.removeLast().offset();
                }
                consumer.seek(partition.tp, partition.position);
            }
        }
    }
}
