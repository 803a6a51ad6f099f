package io.sluice.ingest.publish;

import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.delivery.Delayed;
import io.sluice.ingest.delivery.Outgoing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The topics that a pipeline writes to, and which letter goes to which. Owned by: publish thread. */
final class Destinations {
    /**
     * A dead letter keeps its record's timestamp, and retention goes by that: with a limit the broker would delete the
     * letters of old records as soon as they are written.
     */
    private static final Map<String, String> DEAD_LETTER = Map.of("retention.ms", "-1");

    private final Destination.Dead dead;
    private final List<Destination.Retry> retry = new ArrayList<>();

    Destinations(PipelineConfig pipeline, Map<String, Object> adminProps) {
        PipelineConfig.DeadLetters letters = pipeline.deadLetter();
        String name = letters.topic();
        this.dead = new Destination.Dead(
                name,
                new OwnTopic(Destination.Dead.KIND, name, letters.create(), DEAD_LETTER, adminProps),
                new DeadLetterRecord(name, pipeline.source().group(), pipeline.name()));
        PipelineConfig.RetryTopics topics = pipeline.retry().topics();
        for (PipelineConfig.Tier tier : topics.tiers()) {
            OwnTopic topic = new OwnTopic(
                    Destination.Retry.KIND,
                    tier.topic(),
                    topics.create(),
                    PipelineConfig.RetryTopics.CONFIGS,
                    adminProps);
            retry.add(new Destination.Retry(
                    tier.topic(), topic, pipeline.name(), tier.delay().toNanos()));
        }
    }

    Destination of(Outgoing letter) {
        return letter instanceof Delayed delayed ? retry.get(delayed.tier()) : dead;
    }

    /** After a failed write: all are to be asked again. */
    void doubt() {
        dead.topic().doubt();
        retry.forEach(destination -> destination.topic().doubt());
    }
}
