package io.sluice.devkit.e2e;

import io.sluice.ingest.config.AdminConfig;
import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.config.SluiceConfig;
import io.sluice.ingest.delivery.FloodPolicy;
import io.sluice.ingest.delivery.Ordering;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A pipeline's configuration for tests: everything has a default, a test sets what it is about. */
final class Pipelines {
    final String topic;
    private final List<String> targets;
    private String name;
    private Ordering ordering = Ordering.KEY;
    private String pattern;
    private String protocol = "classic";
    private int lanes = 1;
    private Duration lease = Duration.ofSeconds(30);
    private int inFlightRecords = 20_000;
    private long inFlightBytes = 64L << 20;
    private int maxAttempts = 5;
    private Duration maxBackoff = Duration.ofSeconds(1);
    private Duration maxAge;
    private FloodPolicy breaker = new FloodPolicy(true, 0.5, 1_000, 200, 30_000_000_000L);
    private PipelineConfig.RetryTopics retryTopics = PipelineConfig.RetryTopics.NONE;
    private PipelineConfig.Parking parking;
    private Map<String, String> sourceKafka = Map.of();
    private Map<String, String> deadLetterKafka = Map.of();

    private Pipelines(String topic, List<String> targets) {
        this.topic = topic;
        this.name = topic;
        this.targets = targets;
    }

    /** Reads a topic and feeds processors on these loopback ports. */
    static Pipelines of(String topic, int... ports) {
        return new Pipelines(
                topic,
                Arrays.stream(ports)
                        .mapToObj(port -> "static://127.0.0.1:" + port)
                        .toList());
    }

    Pipelines named(String newName) {
        name = newName;
        return this;
    }

    Pipelines ordering(Ordering newOrdering) {
        ordering = newOrdering;
        return this;
    }

    Pipelines protocol(String newProtocol) {
        protocol = newProtocol;
        return this;
    }

    Pipelines lease(Duration newLease) {
        lease = newLease;
        return this;
    }

    Pipelines lanes(int newLanes) {
        lanes = newLanes;
        return this;
    }

    Pipelines inFlight(int records, long bytes) {
        inFlightRecords = records;
        inFlightBytes = bytes;
        return this;
    }

    /** Retry topics with these delays. */
    Pipelines retryTopics(boolean create, Duration... delays) {
        retryTopics = new PipelineConfig.RetryTopics(
                Arrays.stream(delays)
                        .map(delay -> new PipelineConfig.Tier(delay, retryTopic(delay)))
                        .toList(),
                create);
        return this;
    }

    /** What waits behind a failing record of its key waits in a topic. */
    Pipelines parking(boolean create, long indexBytes) {
        parking = new PipelineConfig.Parking(group(), create, indexBytes);
        return this;
    }

    String parkingTopic() {
        return parking.topic(topic);
    }

    String retryTopic(Duration delay) {
        return group() + ".retry." + delay.toMillis() + "ms";
    }

    /** Reads what matches, in place of the topic. */
    Pipelines pattern(String newPattern) {
        pattern = newPattern;
        return this;
    }

    Pipelines maxAttempts(int attempts) {
        maxAttempts = attempts;
        return this;
    }

    /** Longest wait between two attempts; the default is a second. */
    Pipelines maxBackoff(Duration backoff) {
        maxBackoff = backoff;
        return this;
    }

    Pipelines maxAge(Duration age) {
        maxAge = age;
        return this;
    }

    /** The default is that of the configuration. */
    Pipelines breaker(FloodPolicy policy) {
        breaker = policy;
        return this;
    }

    /** Consumer properties of this pipeline alone. */
    Pipelines sourceKafka(Map<String, String> properties) {
        sourceKafka = properties;
        return this;
    }

    /** Properties of this pipeline's dead-letter producer. */
    Pipelines deadLetterKafka(Map<String, String> properties) {
        deadLetterKafka = properties;
        return this;
    }

    /** The source and the retry topics. */
    List<String> topicsRead() {
        List<String> all = new java.util.ArrayList<>(List.of(topic));
        all.addAll(retryTopics.names());
        return all;
    }

    String name() {
        return name;
    }

    String group() {
        return "g." + name;
    }

    String deadLetters() {
        return "dlq." + topic;
    }

    PipelineConfig config() {
        return new PipelineConfig(
                name,
                new PipelineConfig.Source(
                        List.of(pattern == null ? topic : pattern),
                        pattern != null,
                        group(),
                        protocol,
                        new PipelineConfig.Start.Earliest(),
                        sourceKafka),
                ordering,
                lanes,
                new PipelineConfig.Processor(
                        targets,
                        1,
                        lease,
                        Duration.ofMinutes(10),
                        new PipelineConfig.Batch(Math.min(500, inFlightRecords), 256 << 10, Duration.ofMillis(2)),
                        Duration.ofSeconds(10)),
                new PipelineConfig.InFlight(inFlightRecords, inFlightBytes),
                new PipelineConfig.Retry(
                        maxAttempts, 3, Duration.ofMillis(20), maxBackoff, 2, 0.2, maxAge, retryTopics, parking),
                new PipelineConfig.DeadLetters(deadLetters(), false, breaker, deadLetterKafka),
                Duration.ofMillis(500),
                Duration.ofSeconds(10));
    }

    /** A whole configuration of these pipelines, with the admin server on any free port. */
    static SluiceConfig gateway(String bootstrap, Pipelines... pipelines) {
        return new SluiceConfig(
                Map.of("bootstrap.servers", bootstrap),
                new AdminConfig("127.0.0.1", 0),
                Arrays.stream(pipelines).map(Pipelines::config).toList());
    }
}
