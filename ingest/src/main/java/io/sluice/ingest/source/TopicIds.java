package io.sluice.ingest.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;

/**
 * Notices that a topic was deleted and made anew under the consumer. Kafka's consumer goes on in the new log at the offset it had in the
 * old one: what the new log has below that would be skipped without a word. An offset means something together with the topic's id only.
 *
 * <p>Remembers the id with which each assignment of a partition began, asks for the ids every five seconds, and never waits for the
 * answer. A topic that the group has seen missing is assigned again, and that is another assignment. Owned by: poll thread.
 */
final class TopicIds {
    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(5);
    /** Until the ids of new partitions are known, a swap would not be noticed. */
    private static final long FIRST_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final int ANSWER_MS = 4_000;

    private final LaneAdmin admin;
    private final Map<PartitionState, Uuid> known = new HashMap<>();
    private List<PartitionState> asked = List.of();
    private Map<String, KafkaFuture<TopicDescription>> answers = Map.of();
    private long askedNs;

    TopicIds(LaneAdmin admin, long nowNs) {
        this.admin = admin;
        this.askedNs = nowNs;
    }

    /** Partitions whose topic is not the one that they were assigned of; as a rule none. */
    List<PartitionState> tick(List<PartitionState> partitions, long nowNs) {
        List<PartitionState> swapped = List.of();
        if (!asked.isEmpty() && answers.values().stream().allMatch(KafkaFuture::isDone)) {
            Set<PartitionState> assigned = new HashSet<>(partitions);
            known.keySet().retainAll(assigned);
            swapped = take(asked.stream().filter(assigned::contains).toList(), ids());
            asked = List.of();
        }
        boolean all = known.size() >= partitions.size();
        if (asked.isEmpty() && !partitions.isEmpty() && nowNs - askedNs >= (all ? LOOK_NS : FIRST_NS)) {
            askedNs = nowNs;
            ask(partitions);
        }
        return swapped;
    }

    /** Whether it would notice if any of these were swapped. */
    boolean knowsAll(List<PartitionState> partitions) {
        return known.keySet().containsAll(partitions);
    }

    /** Whether it would notice that this one is swapped. */
    boolean knows(PartitionState partition) {
        return known.containsKey(partition);
    }

    /** Remembers the ids of partitions that have none yet; returns those that have another one. */
    List<PartitionState> take(List<PartitionState> partitions, Map<String, Uuid> ids) {
        List<PartitionState> swapped = new ArrayList<>();
        for (PartitionState partition : partitions) {
            Uuid id = ids.get(partition.tp.topic());
            Uuid before = id == null ? null : known.putIfAbsent(partition, id);
            if (before != null && !before.equals(id)) {
                swapped.add(partition);
            }
        }
        return swapped;
    }

    /** Why the pipeline stops: which topics, where it had got to, what to do. */
    static String line(List<PartitionState> swapped, String group) {
        Map<String, List<PartitionState>> byTopic =
                swapped.stream().collect(Collectors.groupingBy(p -> p.tp.topic(), TreeMap::new, Collectors.toList()));
        String topics = String.join(", ", byTopic.keySet());
        return "topic " + topics + " was deleted and made anew while it was read; reading had got to "
                + Failures.places(swapped)
                + ", below that the new log may hold records nobody has read; nothing more is committed; to read it from"
                + " its beginning, stop the pipeline and run kafka-consumer-groups --reset-offsets --to-earliest"
                + " --execute --group " + group + " --topic "
                + byTopic.keySet().iterator().next();
    }

    private void ask(List<PartitionState> partitions) {
        Set<String> topics = partitions.stream().map(p -> p.tp.topic()).collect(Collectors.toSet());
        try {
            answers = admin.get()
                    .describeTopics(topics, new DescribeTopicsOptions().timeoutMs(ANSWER_MS))
                    .topicNameValues();
            asked = partitions;
        } catch (KafkaException notNow) {
            // Said by the consumer already, if it lasts; asked again at the next look.
            asked = List.of();
        }
    }

    /** What was answered; a topic that is missing, or of a broker without ids, has none. */
    private Map<String, Uuid> ids() {
        Map<String, Uuid> ids = new HashMap<>();
        answers.forEach((topic, answer) -> {
            try {
                Uuid id = answer.get().topicId();
                if (!id.equals(Uuid.ZERO_UUID)) {
                    ids.put(topic, id);
                }
            } catch (ExecutionException noAnswer) {
                // Missing: the group takes its partitions away. Anything else: asked again.
                ids.remove(topic);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return ids;
    }
}
