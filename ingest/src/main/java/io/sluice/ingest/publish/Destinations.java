package io.sluice.ingest.publish;

import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.delivery.Delayed;
import io.sluice.ingest.delivery.Outgoing;
import io.sluice.ingest.delivery.ParkingWrite;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The topics that a pipeline writes to, and which letter goes to which. Owned by: publish thread. */
final class Destinations {
    /**
     * A dead letter keeps its record's timestamp, and retention goes by that: with a limit the broker would delete the
     * letters of old records as soon as they are written.
     */
    private static final Map<String, String> DEAD_LETTER = Map.of("retention.ms", "-1");

    private final Destination.Dead dead;
    private final List<Destination.Retry> retry = new ArrayList<>();
    /** By source topic. */
    private final Map<String, Destination.Parking> parking = new HashMap<>();

    private final PipelineConfig.@Nullable Parking parkingTopics;
    private final Map<String, Object> adminProps;

    Destinations(PipelineConfig pipeline, Map<String, Object> adminProps) {
        this.parkingTopics = pipeline.retry().parking();
        this.adminProps = adminProps;
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
        if (letter instanceof ParkingWrite) {
            return parking.computeIfAbsent(letter.entry().topic(), this::parkingOf);
        }
        return letter instanceof Delayed delayed ? retry.get(delayed.tier()) : dead;
    }

    /** It was there when the partition was claimed; nobody else makes it anew, or what waited would be forgotten. */
    private Destination.Parking parkingOf(String source) {
        if (parkingTopics == null) {
            throw new IllegalStateException("nothing is parked in this pipeline");
        }
        String name = parkingTopics.topic(source);
        return new Destination.Parking(name, new OwnTopic(Destination.Parking.KIND, name, false, Map.of(), adminProps));
    }

    /** After a failed write: all are to be asked again. */
    void doubt() {
        dead.topic().doubt();
        retry.forEach(destination -> destination.topic().doubt());
        parking.values().forEach(destination -> destination.topic().doubt());
    }
}
