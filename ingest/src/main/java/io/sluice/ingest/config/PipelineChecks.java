package io.sluice.ingest.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What must hold between the keys of one pipeline. */
final class PipelineChecks {
    private static final int DEFAULT_DELIVERY_TIMEOUT_MS = 120_000;
    private static final int DEFAULT_REQUEST_TIMEOUT_MS = 30_000;
    private static final int DEFAULT_LINGER_MS = 5;
    private static final int DEFAULT_SESSION_TIMEOUT_MS = 45_000;
    private static final int DEFAULT_HEARTBEAT_MS = 3_000;
    private static final int DEFAULT_POLL_INTERVAL_MS = 300_000;
    private static final int MOST_TIERS = 8;
    private static final int MOST_TOPIC_NAME = 249;

    private final Problems problems;
    private final Values root;
    private final Values pipeline;
    private final Map<String, String> consumer = new HashMap<>();
    private final Map<String, String> producer = new HashMap<>();

    PipelineChecks(Problems problems, Values root, Values pipeline) {
        this.problems = problems;
        this.root = root;
        this.pipeline = pipeline;
        consumer.putAll(root.kafka("kafka"));
        consumer.putAll(pipeline.kafka("source.kafka"));
        producer.putAll(root.kafka("kafka"));
        producer.putAll(pipeline.kafka("dead_letter.kafka"));
    }

    void run() {
        topics();
        notOver("processor.lease", "processor.max_lease", Duration.class);
        notOver("retry.initial_backoff", "retry.max_backoff", Duration.class);
        notOver("retry.initial_backoff", "retry.max_age", Duration.class);
        notOver("processor.batch.records", "in_flight.records", Long.class);
        notOver("processor.batch.bytes", "in_flight.bytes", Long.class);
        notOver("lanes", "in_flight.records", Long.class);
        retryTopics();
        parking();
        connection();
        groupProtocol();
        timeouts();
    }

    private void topics() {
        boolean topics = pipeline.isWritten("source.topics");
        boolean pattern = pipeline.isWritten("source.topics_pattern");
        if (topics && pattern) {
            report("source.topics_pattern", "given beside source.topics; allowed one of the two");
        } else if (!topics && !pattern && problems.isEmptyFor(pipeline.path("source"))) {
            report("source", "no topics; allowed topics (a list) or topics_pattern");
        }
    }

    private void retryTopics() {
        List<Duration> delays = pipeline.durations("retry.topics");
        if (delays.isEmpty() || pipeline.find("name", String.class) == null) {
            return;
        }
        if ("partition".equals(pipeline.find("ordering", String.class))) {
            report(
                    "retry.topics",
                    "of no use with ordering: partition, where all that follows a failed record waits with it; allowed"
                            + " ordering key or none, or no retry.topics");
        }
        for (int i = 1; i < delays.size(); i++) {
            if (delays.get(i - 1).compareTo(delays.get(i)) >= 0) {
                report(
                        "retry.topics",
                        "delays do not ascend; given " + Units.duration(delays.get(i - 1)) + " before "
                                + Units.duration(delays.get(i)) + "; allowed each longer than the one before");
            }
        }
        if (delays.size() > MOST_TIERS) {
            report("retry.topics", "too many; given " + delays.size() + "; allowed at most " + MOST_TIERS);
        }
        for (PipelineConfig.Tier tier : Assembler.retryTiers(pipeline)) {
            if (tier.topic().length() > MOST_TOPIC_NAME) {
                report(
                        "retry.topics",
                        "names of these topics become longer than " + MOST_TOPIC_NAME + "; given "
                                + tier.topic().length() + " with " + Problems.quote(tier.topic())
                                + "; allowed a shorter retry.topics_prefix");
                break;
            }
        }
    }

    private void parking() {
        if (!Boolean.TRUE.equals(pipeline.find("retry.parking", Boolean.class))) {
            return;
        }
        String ordering = pipeline.find("ordering", String.class);
        if (ordering != null && !ordering.equals("key")) {
            report(
                    "retry.parking",
                    "of no use with ordering: " + ordering + "; allowed ordering key, or no retry.parking");
        }
        if (pipeline.isWritten("source.topics_pattern")) {
            report(
                    "retry.parking",
                    "given beside source.topics_pattern, but each topic needs a parking topic before it is read; allowed"
                            + " source.topics, or no retry.parking");
        }
        if (pipeline.find("name", String.class) == null) {
            return;
        }
        for (String topic : Assembler.parkingTopics(pipeline)) {
            if (topic.length() > MOST_TOPIC_NAME) {
                report(
                        "retry.parking",
                        "name of a parking topic becomes longer than " + MOST_TOPIC_NAME + "; given " + topic.length()
                                + " with " + Problems.quote(topic) + "; allowed a shorter retry.topics_prefix");
                return;
            }
        }
    }

    private <T extends Comparable<T>> void notOver(String low, String high, Class<T> type) {
        T lower = pipeline.find(low, type);
        T upper = pipeline.find(high, type);
        if (lower != null && upper != null && lower.compareTo(upper) > 0) {
            boolean bytes = low.endsWith("bytes");
            String culprit = pipeline.isWritten(high) ? high : low;
            report(
                    culprit,
                    low + " is larger than " + high + "; given " + show(lower, bytes) + " and " + show(upper, bytes)
                            + "; allowed " + low + " <= " + high);
        }
    }

    private static String show(Object value, boolean bytes) {
        if (value instanceof Duration duration) {
            return Units.duration(duration);
        }
        return bytes ? Units.bytes((Long) value) : value.toString();
    }

    private void connection() {
        if (!consumer.containsKey("bootstrap.servers") && problems.isEmptyFor("kafka")) {
            report("source.kafka", "no bootstrap.servers, here or under the top-level kafka; allowed host:port, ...");
        } else if (!producer.containsKey("bootstrap.servers") && problems.isEmptyFor("kafka")) {
            report(
                    "dead_letter.kafka",
                    "no bootstrap.servers, here or under the top-level kafka; allowed host:port, ...");
        }
        if (!problems.isEmptyFor("kafka") || !problems.isEmptyFor(pipeline.path("source.kafka"))) {
            return;
        }
        boolean sasl = consumer.getOrDefault("security.protocol", "PLAINTEXT").startsWith("SASL");
        for (String needed : List.of("sasl.mechanism", "sasl.jaas.config")) {
            if (sasl && !consumer.containsKey(needed)) {
                report(
                        "source.kafka",
                        "security.protocol " + consumer.get("security.protocol") + " needs " + needed
                                + ", here or under the top-level kafka");
            }
        }
    }

    private void groupProtocol() {
        boolean consumerProtocol = "consumer".equals(pipeline.find("source.protocol", String.class));
        if (consumerProtocol) {
            brokerSide("session.timeout.ms", "group.consumer.session.timeout.ms");
            brokerSide("heartbeat.interval.ms", "group.consumer.heartbeat.interval.ms");
        } else if (consumer.containsKey("group.remote.assignor")) {
            report("source.kafka", "group.remote.assignor works with source.protocol: consumer only");
        }
        Long lanes = pipeline.find("lanes", Long.class);
        if (lanes != null && lanes > 1 && consumer.containsKey("group.instance.id")) {
            report(
                    "source.kafka",
                    "group.instance.id names one group member, but there are several lanes; given lanes " + lanes
                            + "; allowed lanes 1");
        }
    }

    private void brokerSide(String property, String replacement) {
        if (consumer.containsKey(property)) {
            boolean own = pipeline.kafka("source.kafka").containsKey(property);
            String where = own ? "" : "; it is set under the top-level kafka: move it to the classic pipelines";
            report(
                    "source.kafka",
                    property + " cannot be set with source.protocol: consumer; set " + replacement
                            + " on the brokers, or " + property.replaceFirst("^", "consumer.") + " on the group"
                            + where);
        }
    }

    private void timeouts() {
        long session = consumerMillis("session.timeout.ms", DEFAULT_SESSION_TIMEOUT_MS);
        long heartbeat = consumerMillis("heartbeat.interval.ms", DEFAULT_HEARTBEAT_MS);
        if (heartbeat >= session) {
            report(
                    "source.kafka",
                    "heartbeat.interval.ms is not below session.timeout.ms; given " + heartbeat + " and " + session);
        }
        Duration drain = pipeline.find("drain", Duration.class);
        long poll = consumerMillis("max.poll.interval.ms", DEFAULT_POLL_INTERVAL_MS);
        if (drain != null && drain.toMillis() >= poll) {
            report("drain", "not below max.poll.interval.ms; given " + Units.duration(drain) + " and " + poll + " ms");
        }
        long delivery = producerMillis("delivery.timeout.ms", DEFAULT_DELIVERY_TIMEOUT_MS);
        long linger = producerMillis("linger.ms", DEFAULT_LINGER_MS);
        long request = producerMillis("request.timeout.ms", DEFAULT_REQUEST_TIMEOUT_MS);
        if (delivery < linger + request) {
            report(
                    "dead_letter.kafka",
                    "delivery.timeout.ms is below linger.ms + request.timeout.ms; given " + delivery + " and " + linger
                            + " + " + request);
        }
    }

    private long consumerMillis(String property, int fallback) {
        return Long.parseLong(consumer.getOrDefault(property, Integer.toString(fallback)));
    }

    private long producerMillis(String property, int fallback) {
        return Long.parseLong(producer.getOrDefault(property, Integer.toString(fallback)));
    }

    private void report(String key, String text) {
        boolean common = key.endsWith(".kafka") && !pipeline.isWritten(key) && root.isWritten("kafka");
        problems.add(common ? root.place("kafka") : pipeline.place(key), pipeline.path(key), text);
    }
}
