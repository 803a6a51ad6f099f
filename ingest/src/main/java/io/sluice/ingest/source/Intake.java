package io.sluice.ingest.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * From the consumer's polls into the ring, within the lane's budget. What the budget or the ring has no room for is
 * carried over and its partition paused. Owned by: poll thread.
 *
 * <p>Bound on what is carried: a partition that carries is not fetched, and none is once {@code max.poll.records} are
 * carried; so never more than twice {@code max.poll.records}. What is not due in retry topics does not count there; of
 * it as much again is kept at most, or {@link #LEAST_KEPT} records a partition.
 */
final class Intake {
    /** Records that a partition of a retry topic may keep while they wait for their time; the rest is read again. */
    private static final int LEAST_KEPT = 64;

    private final Assignment assignment;
    private final RingWriter writer;
    private final Admission budget;
    private final PollStats stats;
    private final int maxCarried;

    private int turn;
    private int carried;
    private int paused;
    private long settled;
    private boolean satisfied;

    Intake(Assignment assignment, RingWriter writer, Admission budget, PollStats stats, int maxCarried) {
        this.assignment = assignment;
        this.writer = writer;
        this.budget = budget;
        this.stats = stats;
        this.maxCarried = maxCarried;
    }

    /** Takes what a poll returned. */
    void take(ConsumerRecords<byte[], byte[]> records) {
        long bytes = 0;
        for (TopicPartition tp : records.partitions()) {
            PartitionState state = assignment.get(tp);
            if (state == null) {
                continue;
            }
            for (ConsumerRecord<byte[], byte[]> record : records.records(tp)) {
                state.carry.add(record);
                bytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
            }
            state.fresh = false;
        }
        // Also names partitions of which only gaps were read: compacted records, transaction markers.
        for (Map.Entry<TopicPartition, OffsetAndMetadata> next :
                records.nextOffsets().entrySet()) {
            PartitionState state = assignment.get(next.getKey());
            if (state != null) {
                state.position = next.getValue().offset();
            }
        }
        stats.polled(records.count(), bytes);
    }

    /** Moves what there is room for into the ring. Returns the number of records moved. */
    int feed() {
        List<PartitionState> all = assignment.all();
        count(all);
        int moved = 0;
        boolean more = writer.flushWords();
        while (more) {
            int round = 0;
            for (int i = 0; i < all.size(); i++) {
                PartitionState partition = all.get((turn + i) % all.size());
                if (!partition.carry.isEmpty() && partition.open()) {
                    round += writer.admit(partition, budget);
                }
            }
            moved += round;
            more = round > 0;
        }
        if (writer.flushWords()) {
            positions(all);
        }
        satisfied = writer.satisfied();
        turn = all.isEmpty() ? 0 : (turn + 1) % all.size();
        return moved;
    }

    /** Pauses partitions that may hold no more and resumes those that may again. */
    void pauses(Consumer<byte[], byte[]> consumer) {
        List<PartitionState> all = assignment.all();
        carried = 0;
        int waiting = 0;
        for (PartitionState partition : all) {
            carried += partition.waits() ? 0 : partition.carry.size();
            waiting += partition.waits() ? 1 : 0;
        }
        trim(all, waiting, consumer);
        List<TopicPartition> pause = new ArrayList<>();
        List<TopicPartition> resume = new ArrayList<>();
        paused = 0;
        for (PartitionState partition : all) {
            boolean stop = mustPause(partition);
            if (stop != partition.paused) {
                (stop ? pause : resume).add(partition.tp);
                partition.paused = stop;
            }
            boolean forRoom = stop && !partition.waits();
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

    /** Whether records wait that are due. */
    boolean carries() {
        for (PartitionState partition : assignment.all()) {
            if (!partition.carry.isEmpty() && !partition.notDue) {
                return true;
            }
        }
        return false;
    }

    /** Whether more may fit in than at the last {@link #feed}. */
    boolean roomChanged() {
        return satisfied ? !writer.satisfied() : settledRecords(assignment.all()) != settled;
    }

    private static long settledRecords(List<PartitionState> all) {
        long sum = 0;
        for (int i = 0; i < all.size(); i++) {
            sum += all.get(i).board.settledRecords();
        }
        return sum;
    }

    /** Whether something waits for room. */
    boolean blocked() {
        return carried > 0 || paused > 0;
    }

    private boolean mustPause(PartitionState partition) {
        return !partition.positioned()
                || !partition.open()
                || carried >= maxCarried
                || !partition.carry.isEmpty()
                || !budget.admits(partition.heldRecords(), partition.heldBytes(), 1);
    }

    private void positions(List<PartitionState> all) {
        for (PartitionState partition : all) {
            if (!writer.position(partition)) {
                return;
            }
        }
    }

    private void count(List<PartitionState> all) {
        long records = 0;
        long bytes = 0;
        settled = settledRecords(all);
        for (PartitionState partition : all) {
            records += partition.heldRecords();
            bytes += partition.heldBytes();
        }
        budget.refresh(all.size(), records, bytes);
    }
}
