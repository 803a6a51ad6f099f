package io.sluice.ingest.source;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * From the consumer's polls into the ring, within the lane's budget. What the budget or the ring has no room for is
 * carried over, and {@link Pauses} sees to it that not more is fetched. Owned by: poll thread.
 */
final class Intake {
    private final Assignment assignment;
    private final RingWriter writer;
    private final Admission budget;
    private final PollStats stats;
    private final Pauses pauses;

    private int turn;
    private long settled;
    private boolean satisfied;

    Intake(Assignment assignment, RingWriter writer, Admission budget, PollStats stats, Pauses pauses) {
        this.assignment = assignment;
        this.writer = writer;
        this.budget = budget;
        this.stats = stats;
        this.pauses = pauses;
    }

    /** Takes what a poll returned. */
    void take(ConsumerRecords<byte[], byte[]> records) {
        long bytes = 0;
        for (TopicPartition tp : records.partitions()) {
            PartitionState state = assignment.get(tp);
            if (state == null) {
                continue;
            }
            List<ConsumerRecord<byte[], byte[]>> taken = records.records(tp);
            state.handOver.took(taken.size());
            for (ConsumerRecord<byte[], byte[]> record : taken) {
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

    /** Whether a partition has records to hand over, or may not be fetched, until the lane makes room. */
    boolean waitsForRoom() {
        for (PartitionState partition : assignment.all()) {
            if (pauses.blocked(partition)) {
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
