package io.sluice.ingest.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka client property that a configuration may set. What is not listed here is refused.
 *
 * @param roles kinds of clients that know it
 * @param secret whether its value is never printed, and never written in clear in the file
 */
record KafkaProperty(String name, Set<Role> roles, boolean secret) {
    enum Role {
        CONSUMER,
        PRODUCER,
        ADMIN
    }

    private static final Map<String, KafkaProperty> ALL = new LinkedHashMap<>();

    static @Nullable KafkaProperty named(String name) {
        return ALL.get(name);
    }
}
