package io.sluice.ingest.publish;

import io.sluice.ingest.config.PipelineConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Properties of the dead-letter producers. Strongest first: what Sluice depends on, the pipeline's {@code
 * dead_letter.kafka}, the common {@code kafka}, the defaults here, Kafka's own.
 *
 * <p>Defaults chosen here, and why:
 *
 * <ul>
 *   <li>{@code delivery.timeout.ms} 20 s, {@code request.timeout.ms} 10 s, {@code max.block.ms} 5 s: a write that
 *       cannot succeed is reported within 30 s; the record is held and tried again by the lane, not by the client.
 *   <li>{@code linger.ms} 5: dead letters come in bursts or one at a time; neither should wait.
 *   <li>{@code max.request.size} 16 MiB: the topic's own limit decides, not the client.
 *   <li>{@code compression.type} lz4: the topic's limit counts compressed bytes, and the original came compressed.
 * </ul>
 */
final class ProducerDefaults {
    private static final int DELIVERY_MS = 20_000;
    private static final int REQUEST_MS = 10_000;
    private static final int LINGER_MS = 5;

    private static final Map<String, String> DEFAULTS = Map.of(
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Integer.toString(REQUEST_MS),
            ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000",
            ProducerConfig.LINGER_MS_CONFIG, Integer.toString(LINGER_MS),
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG, "16777216",
            ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4",
            ProducerConfig.METADATA_MAX_AGE_CONFIG, "60000");

    private ProducerDefaults() {}

    /** Properties for the producer of one lane. */
    static Map<String, Object> producer(PipelineConfig pipeline, Map<String, String> common, int lane) {
        Map<String, Object> props = new HashMap<>(DEFAULTS);
        props.put(ProducerConfig.CLIENT_ID_CONFIG, "sluice-" + pipeline.name());
        Set<String> known = ProducerConfig.configNames();
        putKnown(props, common, known);
        putKnown(props, pipeline.deadLetter().kafka(), known);
        props.computeIfPresent(ProducerConfig.CLIENT_ID_CONFIG, (k, id) -> id + "-dlq-" + lane);
        // Kafka refuses a delivery timeout below the sum of the two.
        long least = longOf(props, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)
                + longOf(props, ProducerConfig.LINGER_MS_CONFIG);
        props.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Long.toString(Math.max(DELIVERY_MS, least)));

        props.put(ProducerConfig.ACKS_CONFIG, "all");
        props.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        props.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        props.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        return props;
    }

    /** The subset that an admin client knows, bounded so that one question takes at most 5 s. */
    static Map<String, Object> admin(Map<String, Object> producer) {
        Set<String> known = AdminClientConfig.configNames();
        Map<String, Object> props = producer.entrySet().stream()
                .filter(property -> known.contains(property.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        props.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "5000");
        props.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        return props;
    }

    private static long longOf(Map<String, Object> props, String name) {
        return Long.parseLong(String.valueOf(props.get(name)).trim());
    }

    /** The common properties may serve consumers too; what a producer does not know is left out without a word. */
    private static void putKnown(Map<String, Object> props, Map<String, String> more, Set<String> known) {
        more.forEach((name, value) -> {
            if (known.contains(name) || name.startsWith("sasl.") || name.startsWith("ssl.")) {
                props.put(name, value);
            }
        });
    }
}
