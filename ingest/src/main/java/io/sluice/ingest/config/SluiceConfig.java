package io.sluice.ingest.config;

import java.util.List;
import java.util.Map;

/**
 * A whole, valid configuration.
 *
 * @param kafka Kafka client properties for all pipelines, allow-listed
 */
public record SluiceConfig(Map<String, String> kafka, AdminConfig admin, List<PipelineConfig> pipelines) {
    /** What to give a consumer of this pipeline: the common properties, then its own; none that only producers know. */
    public Map<String, String> consumerProperties(PipelineConfig pipeline) {
        return KafkaProperties.merge(
                KafkaProperty.Role.CONSUMER, kafka, pipeline.source().kafka());
    }

    /** What to give a producer of this pipeline: the common properties, then its own; none that only consumers know. */
    public Map<String, String> producerProperties(PipelineConfig pipeline) {
        return KafkaProperties.merge(
                KafkaProperty.Role.PRODUCER, kafka, pipeline.deadLetter().kafka());
    }

    /** What to give an admin client of this pipeline: how its consumer connects, without what only consumers know. */
    public Map<String, String> adminProperties(PipelineConfig pipeline) {
        return KafkaProperties.merge(
                KafkaProperty.Role.ADMIN, kafka, pipeline.source().kafka());
    }
}
