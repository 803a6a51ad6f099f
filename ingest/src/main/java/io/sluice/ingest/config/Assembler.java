package io.sluice.ingest.config;

import io.sluice.ingest.delivery.FloodPolicy;
import io.sluice.ingest.delivery.Ordering;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes the records of a configuration without problems. */
final class Assembler {
    /**
     * A larger batch spreads the cost of a frame over more records, and keeps a key busy that is faster than a round trip;
     * ever less so beyond this.
     */
    private static final int BATCH_RECORDS = 1000;

    private Assembler() {}

    static SluiceConfig assemble(Values root) {
        return new SluiceConfig(
                kafka(root, "kafka"),
                admin(root.text("admin.listen")),
                root.sections("pipelines").stream().map(Assembler::pipeline).toList());
    }

    static String group(Values pipeline) {
        String group = pipeline.find("source.group", String.class);
        return group == null ? "sluice." + pipeline.text("name") : group;
    }

    static String deadLetterTopic(Values pipeline) {
        String topic = pipeline.find("dead_letter.topic", String.class);
        return topic == null ? "dlq." + pipeline.text("name") : topic;
    }

    static List<PipelineConfig.Tier> retryTiers(Values pipeline) {
        String prefix = retryPrefix(pipeline);
        return pipeline.durations("retry.topics").stream()
                .map(delay -> new PipelineConfig.Tier(delay, prefix + ".retry." + Units.duration(delay)))
                .toList();
    }

    private static String retryPrefix(Values pipeline) {
        String given = pipeline.find("retry.topics_prefix", String.class);
        // Groups may have characters that topics may not.
        return given == null ? group(pipeline).replaceAll("[^A-Za-z0-9._-]", "-") : given;
    }

    /** Null: nothing is parked. */
    static PipelineConfig.@Nullable Parking parking(Values pipeline) {
        return pipeline.get("retry.parking", Boolean.class)
                ? new PipelineConfig.Parking(
                        retryPrefix(pipeline),
                        pipeline.get("retry.topics_create", Boolean.class),
                        pipeline.size("retry.parking_index"))
                : null;
    }

    static List<String> parkingTopics(Values pipeline) {
        // Asked while values are still checked: there is none where what was given is refused.
        boolean parks = Boolean.TRUE.equals(pipeline.find("retry.parking", Boolean.class));
        if (!parks || pipeline.isWritten("source.topics_pattern")) {
            return List.of();
        }
        String prefix = retryPrefix(pipeline);
        return pipeline.texts("source.topics").stream()
                .map(source -> PipelineConfig.Parking.topic(prefix, source))
                .toList();
    }

    static AdminConfig admin(String listen) {
        int colon = listen.lastIndexOf(':');
        String host = listen.substring(0, colon).replaceAll("[\\[\\]]", "");
        return new AdminConfig(host, Integer.parseInt(listen.substring(colon + 1)));
    }

    private static PipelineConfig pipeline(Values p) {
        return new PipelineConfig(
                p.text("name"),
                source(p),
                Ordering.valueOf(p.text("ordering").toUpperCase(Locale.ROOT)),
                p.whole("lanes"),
                processor(p),
                new PipelineConfig.InFlight(p.whole("in_flight.records"), p.size("in_flight.bytes")),
                new PipelineConfig.Retry(
                        p.whole("retry.max_attempts"),
                        p.whole("retry.max_deliveries"),
                        p.duration("retry.initial_backoff"),
                        p.duration("retry.max_backoff"),
                        p.real("retry.multiplier"),
                        p.real("retry.jitter"),
                        p.find("retry.max_age", Duration.class),
                        new PipelineConfig.RetryTopics(retryTiers(p), p.get("retry.topics_create", Boolean.class)),
                        parking(p)),
                new PipelineConfig.DeadLetters(
                        deadLetterTopic(p),
                        p.get("dead_letter.create", Boolean.class),
                        breaker(p),
                        kafka(p, "dead_letter.kafka")),
                p.duration("commit_interval"),
                p.duration("drain"));
    }

    private static FloodPolicy breaker(Values p) {
        return new FloodPolicy(
                p.get("dead_letter.breaker.enabled", Boolean.class),
                p.real("dead_letter.breaker.ratio"),
                p.whole("dead_letter.breaker.window"),
                p.whole("dead_letter.breaker.consecutive"),
                p.duration("dead_letter.breaker.pause").toNanos());
    }

    private static PipelineConfig.Source source(Values p) {
        String pattern = p.find("source.topics_pattern", String.class);
        return new PipelineConfig.Source(
                pattern == null ? p.texts("source.topics") : List.of(pattern),
                pattern != null,
                group(p),
                p.text("source.protocol"),
                p.get("source.start", PipelineConfig.Start.class),
                kafka(p, "source.kafka"));
    }

    private static PipelineConfig.Processor processor(Values p) {
        return new PipelineConfig.Processor(
                p.texts("processor.targets"),
                p.whole("processor.streams"),
                p.duration("processor.lease"),
                p.duration("processor.max_lease"),
                new PipelineConfig.Batch(
                        batchRecords(p), p.size("processor.batch.bytes"), p.duration("processor.batch.linger")),
                p.duration("processor.keepalive"));
    }

    private static int batchRecords(Values p) {
        Long given = p.find("processor.batch.records", Long.class);
        return given == null ? Math.min(BATCH_RECORDS, p.whole("in_flight.records")) : given.intValue();
    }

    private static KafkaProperties kafka(Values values, String key) {
        return new KafkaProperties(values.kafka(key));
    }
}
