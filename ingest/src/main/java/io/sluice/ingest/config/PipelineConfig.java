package io.sluice.ingest.config;

import io.sluice.ingest.delivery.FloodPolicy;
import io.sluice.ingest.delivery.Ordering;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One pipeline: a consumer group that feeds one processor.
 *
 * @param name unique; lower-case letters, digits, {@code . _ -}
 * @param lanes independent consumers (group members) of the pipeline in this process
 * @param commitInterval how often settled offsets are committed
 * @param drain how long open batches may take to settle when partitions are revoked
 */
public record PipelineConfig(
        String name,
        Source source,
        Ordering ordering,
        int lanes,
        Processor processor,
        InFlight inFlight,
        Retry retry,
        DeadLetters deadLetter,
        Duration commitInterval,
        Duration drain) {

    /** Where a group without a committed offset begins. */
    public sealed interface Start {
        /** At the oldest record there is. */
        record Earliest() implements Start {}

        /** After the newest record there is. */
        record Latest() implements Start {}

        /** At the first record with this timestamp or a later one. */
        record Timestamp(java.time.Instant from) implements Start {}
    }

    /**
     * What is read.
     *
     * @param topics names, or a single regular expression if {@code pattern}
     * @param group consumer group id
     * @param protocol {@code classic} or {@code consumer}
     * @param kafka consumer properties of this pipeline, over the common ones; allow-listed
     */
    public record Source(
            java.util.List<String> topics,
            boolean pattern,
            String group,
            String protocol,
            Start start,
            java.util.Map<String, String> kafka) {}

    /**
     * Who processes.
     *
     * @param targets {@code static://host:port} or {@code dns:///host:port} (every address of the name, looked up
     *     again while running)
     * @param streams streams per address and lane
     * @param lease time for a batch to be settled
     * @param maxLease limit of extensions, from when the batch was sent
     * @param keepAlive silence after which the connection is probed
     */
    public record Processor(
            java.util.List<String> targets,
            int streams,
            Duration lease,
            Duration maxLease,
            Batch batch,
            Duration keepAlive) {}

    /** Size of a batch. */
    public record Batch(int records, long bytes, Duration linger) {}

    /** Most a pipeline holds in memory between poll and settlement, divided among its lanes. */
    public record InFlight(int records, long bytes) {}

    /**
     * How failures are retried.
     *
     * @param maxAttempts failures of a record before it is dead-lettered
     * @param maxDeliveries streams a record may end while alone on them before it is dead-lettered
     * @param jitter share of the backoff that is random, 0 to 1
     * @param maxAge how long after its first failure a record may still be tried; null: for ever
     * @param topics where records without an order wait for their next attempt
     * @param parking where records wait that follow a failing one of their key; null: in memory only
     */
    public record Retry(
            int maxAttempts,
            int maxDeliveries,
            Duration initialBackoff,
            Duration maxBackoff,
            double multiplier,
            double jitter,
            @Nullable Duration maxAge,
            RetryTopics topics,
            @Nullable Parking parking) {
        /** Parks nothing. */
        public Retry(
                int maxAttempts,
                int maxDeliveries,
                Duration initialBackoff,
                Duration maxBackoff,
                double multiplier,
                double jitter,
                @Nullable Duration maxAge,
                RetryTopics topics) {
            this(maxAttempts, maxDeliveries, initialBackoff, maxBackoff, multiplier, jitter, maxAge, topics, null);
        }
    }

    /**
     * Topics of the pipeline's own, one for each source topic and with as many partitions, in which records wait behind a
     * failing one of their key.
     *
     * @param prefix begins their names
     * @param create whether missing topics are created
     * @param indexBytes most memory for the index of what is parked
     */
    public record Parking(String prefix, boolean create, long indexBytes) {
        /** Nothing but the gateway itself may decide what is no longer needed. */
        public static final java.util.Map<String, String> CONFIGS =
                java.util.Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1");

        public String topic(String source) {
            return topic(prefix, source);
        }

        static String topic(String prefix, String source) {
            return prefix + "." + source + ".parked";
        }
    }

    /**
     * Topics of the pipeline's own in which failed records wait, by ascending delay.
     *
     * @param tiers empty: none
     * @param create whether missing topics are created
     */
    public record RetryTopics(java.util.List<Tier> tiers, boolean create) {
        public static final RetryTopics NONE = new RetryTopics(java.util.List.of(), false);

        /** Of topics that are created: far longer than any delay, and than a gateway may be down. */
        public static final java.util.Map<String, String> CONFIGS =
                java.util.Map.of("cleanup.policy", "delete", "retention.ms", "2592000000");

        public java.util.List<String> names() {
            return tiers.stream().map(Tier::topic).toList();
        }
    }

    /** One delayed topic. */
    public record Tier(Duration delay, String topic) {}

    /**
     * Where what cannot be processed goes.
     *
     * @param topic topic name
     * @param create whether a missing topic is created
     * @param breaker when too many letters stop the pipeline
     * @param kafka producer properties, over the common ones; allow-listed
     */
    public record DeadLetters(String topic, boolean create, FloodPolicy breaker, java.util.Map<String, String> kafka) {}
}
