package io.sluice.processor;

import io.sluice.proto.processor.v1.TopicPartition;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the gateway wants back of a batch: all of it, or some partitions. */
record Taken(boolean all, Set<TopicPartition> partitions) {
    static final Taken NOTHING = new Taken(false, Set.of());
    static final Taken ALL = new Taken(true, Set.of());

    static Taken of(List<TopicPartition> partitions) {
        return new Taken(false, Set.copyOf(partitions));
    }

    boolean isNothing() {
        return !all && partitions.isEmpty();
    }

    boolean holds(InBatch batch, int index) {
        if (all || partitions.isEmpty()) {
            return all;
        }
        Record record = batch.record(index);
        return partitions.contains(TopicPartition.newBuilder()
                .setTopic(record.topic())
                .setPartition(record.partition())
                .build());
    }

    Taken and(Taken other) {
        if (all || other.all) {
            return ALL;
        }
        Set<TopicPartition> both = new HashSet<>(partitions);
        both.addAll(other.partitions);
        return new Taken(false, Set.copyOf(both));
    }
}
