package io.sluice.ingest.source;

import io.sluice.ingest.config.PipelineConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.jspecify.annotations.Nullable;

/** Asks Kafka how far the group of a pipeline is; needs no running gateway. One thread, single use. */
public final class LagReader implements AutoCloseable {
    private final Admin admin;
    private final long deadlineNs;

    /**
     * One partition of a pipeline.
     *
     * @param committed offset the group committed; null: none
     * @param end end of the log
     * @param lag records between, from where the pipeline would begin if nothing is committed
     */
    public record Lag(
            String pipeline,
            String group,
            String topic,
            int partition,
            @Nullable Long committed,
            long end,
            long lag) {}

    /** Kafka did not answer in time. */
    public static final class UnreachableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreachableException(String message) {
            super(message);
        }
    }

    /** Kafka answered, with an error; the message is one line. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * @param properties of an admin client
     * @param limit for everything this reader does
     * @throws RefusedException if the properties make no client
     */
    public LagReader(Map<String, String> properties, Duration limit) throws RefusedException {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("client.id", "sluice-lag");
        all.put("default.api.timeout.ms", Long.toString(limit.toMillis()));
        all.put("request.timeout.ms", Long.toString(limit.toMillis() / 2));
        this.deadlineNs = System.nanoTime() + limit.toNanos();
        try {
            this.admin = Admin.create(all);
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new RefusedException("no Kafka client: " + cause.getMessage());
        }
    }

    /** All partitions of the pipeline's topics, its retry topics among them, ordered by topic and partition. */
    public List<Lag> read(PipelineConfig pipeline) throws UnreachableException, RefusedException, InterruptedException {
        List<TopicPartition> partitions = partitions(pipeline);
        String group = pipeline.source().group();
        Map<TopicPartition, OffsetAndMetadata> committed = await(
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), "offsets of group " + group);
        Map<TopicPartition, Long> ends =
                offsets(partitions.stream().collect(Collectors.toMap(tp -> tp, tp -> OffsetSpec.latest())));
        List<String> own = pipeline.retry().topics().names();
        Map<TopicPartition, OffsetSpec> fresh = new HashMap<>();
        for (TopicPartition tp : partitions) {
            if (committed.get(tp) == null) {
                fresh.put(
                        tp,
                        own.contains(tp.topic())
                                ? OffsetSpec.earliest()
                                : begin(pipeline.source().start()));
            }
        }
        Map<TopicPartition, Long> begins = offsets(fresh);
        List<Lag> lags = new ArrayList<>();
        for (TopicPartition tp : partitions) {
            OffsetAndMetadata at = committed.get(tp);
            long end = ends.getOrDefault(tp, 0L);
            // No record with that time or a later one: begins at the end.
            long begin = begins.getOrDefault(tp, end);
            long from = at != null ? at.offset() : begin == ListOffsetsResponse.UNKNOWN_OFFSET ? end : begin;
            Long offset = at == null ? null : at.offset();
            lags.add(new Lag(pipeline.name(), group, tp.topic(), tp.partition(), offset, end, Math.max(0, end - from)));
        }
        return lags;
    }

    private List<TopicPartition> partitions(PipelineConfig pipeline)
            throws UnreachableException, RefusedException, InterruptedException {
        List<String> topics = new ArrayList<>(pipeline.source().topics());
        List<String> own = pipeline.retry().topics().names();
        if (pipeline.source().pattern() || !own.isEmpty()) {
            Set<String> all = await(admin.listTopics().names(), "topics");
            if (pipeline.source().pattern()) {
                Pattern pattern = Pattern.compile(topics.get(0));
                topics.clear();
                all.stream().filter(topic -> pattern.matcher(topic).matches()).forEach(topics::add);
            }
            own.stream().filter(all::contains).forEach(topics::add);
        }
        Map<String, TopicDescription> described =
                await(admin.describeTopics(topics).allTopicNames(), "topics " + String.join(", ", topics));
        return described.values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .sorted(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition))
                .toList();
    }

    private Map<TopicPartition, Long> offsets(Map<TopicPartition, OffsetSpec> specs)
            throws UnreachableException, RefusedException, InterruptedException {
        Map<TopicPartition, ListOffsetsResultInfo> found =
                await(admin.listOffsets(specs).all(), "ends of partitions");
        return found.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
    }

    private static OffsetSpec begin(PipelineConfig.Start start) {
        if (start instanceof PipelineConfig.Start.Timestamp timestamp) {
            return OffsetSpec.forTimestamp(timestamp.from().toEpochMilli());
        }
        return start instanceof PipelineConfig.Start.Latest ? OffsetSpec.latest() : OffsetSpec.earliest();
    }

    private <T> T await(KafkaFuture<T> future, String what)
            throws UnreachableException, RefusedException, InterruptedException {
        try {
            return future.get(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new UnreachableException("no answer in time, asked for " + what);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw new UnreachableException("no answer in time, asked for " + what);
            }
            if (cause instanceof UnknownTopicOrPartitionException) {
                throw new RefusedException("no such topic, or no right to see it: " + what);
            }
            throw new RefusedException(what + ": " + cause.getMessage());
        }
    }

    @Override
    public void close() {
        // Closing waits for the client's thread, which may be in the middle of a connection attempt.
        Thread closing = new Thread(() -> admin.close(Duration.ZERO), "lag-close");
        closing.setDaemon(true);
        closing.start();
    }
}
