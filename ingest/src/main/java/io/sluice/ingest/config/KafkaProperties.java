package io.sluice.ingest.config;

import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Kafka client properties. An immutable map that does not print its secrets. */
final class KafkaProperties extends AbstractMap<String, String> {
    private final Map<String, String> values;

    KafkaProperties(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** The properties clients of this role know; later maps win. */
    @SafeVarargs
    static KafkaProperties merge(KafkaProperty.Role role, Map<String, String>... maps) {
        Map<String, String> merged = new LinkedHashMap<>();
        for (Map<String, String> map : maps) {
            map.forEach((name, value) -> {
                KafkaProperty property = KafkaProperty.named(name);
                if (property == null || property.roles().contains(role)) {
                    merged.put(name, value);
                }
            });
        }
        return new KafkaProperties(merged);
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        return values.entrySet();
    }

    @Override
    public String toString() {
        Map<String, String> shown = new TreeMap<>();
        values.forEach((name, value) -> {
            KafkaProperty property = KafkaProperty.named(name);
            shown.put(name, property == null || property.secret() ? "***" : value);
        });
        return shown.toString();
    }
}
