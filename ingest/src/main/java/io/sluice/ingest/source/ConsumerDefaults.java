package io.sluice.ingest.source;

import io.sluice.ingest.config.PipelineConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Properties of the consumers. Strongest first: what Sluice depends on, the pipeline's {@code source.kafka}, the common
 * {@code kafka}, the defaults here, Kafka's own.
 *
 * <p>Defaults chosen here, and why:
 *
 * <ul>
 *   <li>{@code max.poll.records} 4000: a poll costs the same for one record as for thousands, the more so with the
 *       {@code consumer} protocol.
 *   <li>{@code fetch.min.bytes} 1, {@code fetch.max.wait.ms} 500: a lone record is not kept waiting; under load fetches
 *       fill up by themselves, because the next one is sent while the last is worked on.
 *   <li>{@code fetch.max.bytes} 16 MiB, {@code max.partition.fetch.bytes} 1 MiB: bound what one broker's answer takes
 *       in memory beside the pipeline's budget; larger ones gain no throughput.
 *   <li>{@code receive.buffer.bytes} -1: the kernel tunes the window; Kafka's 64 KiB limits distant brokers.
 *   <li>{@code isolation.level} {@code read_committed}: a record of an aborted transaction never happened.
 *   <li>{@code metadata.max.age.ms} 60 s: new partitions and topics are found within a minute.
 *   <li>{@code default.api.timeout.ms} 30 s: a broker that is away is reported within 30 s.
 *   <li>{@code max.poll.interval.ms} 300 s: limits how long a revocation may take. Polling never waits for processors.
 *   <li>classic protocol: the cooperative assignor, so that a rebalance stops only the partitions that move; and a
 *       {@code heartbeat.interval.ms} between 2.5 and 3 s, each lane another: while one is due, Kafka's poll spins until
 *       the client's other thread has sent it, and with those of many pipelines due at once that thread waits its turn.
 * </ul>
 */
final class ConsumerDefaults {
    static final int MAX_POLL_RECORDS = 4000;
    static final int MAX_POLL_INTERVAL_MS = 300_000;
    private static final int HEARTBEAT_MS = 3_000;
    private static final int HEARTBEAT_SPREAD_MS = 500;

    private static final Map<String, String> DEFAULTS = Map.of(
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(MAX_POLL_RECORDS),
            ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "1",
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "500",
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG, "16777216",
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "1048576",
            ConsumerConfig.RECEIVE_BUFFER_CONFIG, "-1",
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
            ConsumerConfig.METADATA_MAX_AGE_CONFIG, "60000",
            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "30000",
            ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Integer.toString(MAX_POLL_INTERVAL_MS));

    private ConsumerDefaults() {}

    /** Properties for the consumer of one lane. */
    static Map<String, Object> consumer(PipelineConfig pipeline, Map<String, String> common, int lane) {
        Map<String, Object> props = new HashMap<>(DEFAULTS);
        props.put(ConsumerConfig.CLIENT_ID_CONFIG, "sluice-" + pipeline.name());
        String protocol = pipeline.source().protocol();
        if (protocol.equals("classic")) {
            props.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
            props.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, heartbeatMs(pipeline.name(), lane));
        }
        Set<String> known = ConsumerConfig.configNames();
        putKnown(props, common, known);
        putKnown(props, pipeline.source().kafka(), known);
        // Members of one group must not share these.
        props.computeIfPresent(ConsumerConfig.CLIENT_ID_CONFIG, (k, id) -> id + "-" + lane);
        props.computeIfPresent(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, (k, id) -> id + "-" + lane);

        props.put(ConsumerConfig.GROUP_ID_CONFIG, pipeline.source().group());
        props.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol);
        props.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        props.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        props.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        props.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        props.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        return props;
    }

    private static String heartbeatMs(String pipeline, int lane) {
        int spread = Math.floorMod((pipeline + '-' + lane).hashCode() * 0x9E3779B9 >>> 16, HEARTBEAT_SPREAD_MS);
        return Integer.toString(HEARTBEAT_MS - spread);
    }

    /** The subset that an admin client knows, so that it connects in the same way. */
    static Map<String, Object> admin(Map<String, Object> consumer) {
        Set<String> known = AdminClientConfig.configNames();
        return consumer.entrySet().stream()
                .filter(property -> known.contains(property.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    static int intOf(Map<String, Object> props, String name, int otherwise) {
        Object value = props.get(name);
        return value == null ? otherwise : Integer.parseInt(value.toString().trim());
    }

    /** The common properties may serve producers too; what a consumer does not know is left out without a word. */
    private static void putKnown(Map<String, Object> props, Map<String, String> more, Set<String> known) {
        more.forEach((name, value) -> {
            if (known.contains(name) || name.startsWith("sasl.") || name.startsWith("ssl.")) {
                props.put(name, value);
            }
        });
    }
}
