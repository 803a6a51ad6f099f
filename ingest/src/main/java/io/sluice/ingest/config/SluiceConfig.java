package io.sluice.ingest.config;

import java.util.List;
import java.util.Map;

/**
 * A whole, valid configuration.
 *
 * @param kafka Kafka client properties for all pipelines, allow-listed
 */
public record SluiceConfig(Map<String, String> kafka, AdminConfig admin, List<PipelineConfig> pipelines) {}
