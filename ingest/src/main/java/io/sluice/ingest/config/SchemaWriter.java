package io.sluice.ingest.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the {@link Catalogue} as a JSON Schema. What holds between keys is not in it: {@code sluice check} knows more. */
final class SchemaWriter {
    private static final Map<String, Object> PLACEHOLDER =
            Types.ordered("type", "string", "pattern", "\\$\\{(?:env|file):");

    private SchemaWriter() {}

    static String write() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Sluice configuration");
        schema.putAll(section(Catalogue.ROOT));
        return Json.pretty(schema) + "\n";
    }

    private static Map<String, Object> section(Item.Section section) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (Item item : section.items()) {
            if (!(item instanceof Item.Reserved)) {
                properties.put(item.name(), item(item));
                if (isRequired(item)) {
                    required.add(item.name());
                }
            }
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        describe(schema, section.doc());
        schema.put("type", "object");
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        if (section.named("topics_pattern") != null) {
            schema.put(
                    "oneOf",
                    List.of(Map.of("required", List.of("topics")), Map.of("required", List.of("topics_pattern"))));
        }
        return schema;
    }

    private static boolean isRequired(Item item) {
        if (item instanceof Item.Key key) {
            return key.required();
        }
        if (item instanceof Item.Section section) {
            return section.named("topics_pattern") != null
                    || section.items().stream().anyMatch(SchemaWriter::isRequired);
        }
        return item instanceof Item.Repeated;
    }

    private static Map<String, Object> item(Item item) {
        if (item instanceof Item.Section section) {
            return section(section);
        }
        if (item instanceof Item.Repeated repeated) {
            Map<String, Object> schema = new LinkedHashMap<>();
            describe(schema, repeated.doc());
            schema.put("type", "array");
            schema.put("minItems", 1);
            schema.put("items", section(repeated.each()));
            return schema;
        }
        return item instanceof Item.Kafka kafka ? kafka(kafka) : key((Item.Key) item);
    }

    private static Map<String, Object> key(Item.Key key) {
        Map<String, Object> schema = new LinkedHashMap<>();
        describe(schema, key.doc());
        String fallback = key.fallback();
        if (fallback != null) {
            schema.put("default", typed(fallback));
        }
        if (key.list()) {
            schema.put("type", "array");
            schema.put("minItems", 1);
            schema.put("uniqueItems", true);
            schema.put("items", orPlaceholder(key.type()));
        } else {
            schema.putAll(orPlaceholder(key.type()));
        }
        return schema;
    }

    private static Map<String, Object> orPlaceholder(Type type) {
        return Types.ordered("anyOf", List.of(type.schema(), PLACEHOLDER));
    }

    private static Object typed(String fallback) {
        if (fallback.matches("[0-9]+")) {
            return Long.valueOf(fallback);
        }
        if (fallback.matches("[0-9]+\\.[0-9]+")) {
            return Double.valueOf(fallback);
        }
        return fallback.matches("true|false") ? (Object) Boolean.valueOf(fallback) : fallback;
    }

    private static Map<String, Object> kafka(Item.Kafka kafka) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (KafkaProperty property : KafkaProperty.all()) {
            if (property.isFor(kafka.roles())) {
                properties.put(property.name(), property.secret() ? PLACEHOLDER : orPlaceholder(property.type()));
            }
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        describe(schema, kafka.doc());
        schema.put("type", "object");
        schema.put("properties", properties);
        schema.put("additionalProperties", false);
        return schema;
    }

    private static void describe(Map<String, Object> schema, String doc) {
        if (!doc.isEmpty()) {
            schema.put("description", doc.replace("`", ""));
        }
    }
}
