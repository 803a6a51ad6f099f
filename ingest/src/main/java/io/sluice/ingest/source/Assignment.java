package io.sluice.ingest.source;

import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.ring.CommitBoard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The partitions this member has. Owned by: poll thread; {@link #boards()} any thread. */
final class Assignment {
    private final RetryTopics retry;
    private final PipelineConfig.@Nullable Parking parking;
    private final Map<TopicPartition, PartitionState> byPartition = new LinkedHashMap<>();
    private long epochs;
    private List<PartitionState> list = List.of();

    private volatile List<CommitBoard> boards = List.of();

    Assignment(RetryTopics retry, PipelineConfig.@Nullable Parking parking) {
        this.retry = retry;
        this.parking = parking;
    }

    /** A new epoch for each partition. */
    List<PartitionState> add(Collection<TopicPartition> added) {
        List<PartitionState> states = new ArrayList<>(added.size());
        for (TopicPartition tp : added) {
            long delayNs = retry.delayNs(tp.topic());
            ParkingLog log = parking == null || delayNs > 0
                    ? null
                    : new ParkingLog(new TopicPartition(parking.topic(tp.topic()), tp.partition()));
            PartitionState state =
                    new PartitionState(tp, new PartitionEpoch(tp.topic(), tp.partition(), ++epochs), delayNs, log);
            byPartition.put(tp, state);
            states.add(state);
        }
        changed();
        return states;
    }

    /** Forgets partitions, with what was polled and not admitted; those that are not known are left out. */
    List<PartitionState> remove(Collection<TopicPartition> gone) {
        List<PartitionState> states = new ArrayList<>(gone.size());
        for (TopicPartition tp : gone) {
            PartitionState state = byPartition.remove(tp);
            if (state != null) {
                state.carry.clear();
                states.add(state);
            }
        }
        changed();
        return states;
    }

    @Nullable
    PartitionState get(TopicPartition tp) {
        return byPartition.get(tp);
    }

    /** All partitions; a snapshot. */
    List<PartitionState> all() {
        return list;
    }

    List<TopicPartition> topicPartitions() {
        return List.copyOf(byPartition.keySet());
    }

    /** One board for each assigned partition. Any thread. */
    List<CommitBoard> boards() {
        return boards;
    }

    private void changed() {
        list = List.copyOf(byPartition.values());
        boards = list.stream().map(state -> state.board).toList();
    }
}
