package io.sluice.ingest.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads Kafka client properties: only what is allow-listed, secrets only by reference. */
final class KafkaReader {
    private final Problems problems;
    private final ScalarReader scalars;

    KafkaReader(Problems problems, ScalarReader scalars) {
        this.problems = problems;
        this.scalars = scalars;
    }

    Map<String, String> read(Item.Kafka item, Node.Mapping mapping, String path) {
        Map<String, String> read = new LinkedHashMap<>();
        mapping.entries().forEach((name, entry) -> {
            String at = path + "." + Names.shown(name);
            KafkaProperty property = allowed(item, name, entry, at);
            if (property != null) {
                Object value = property.secret()
                        ? secret(property, entry, at)
                        : scalars.read(property.type(), entry.value(), at);
                if (value != null) {
                    read.put(name, value.toString());
                }
            }
        });
        return new KafkaProperties(read);
    }

    private @Nullable KafkaProperty allowed(Item.Kafka item, String name, Node.Entry entry, String at) {
        KafkaProperty property = KafkaProperty.named(name);
        String reason = KafkaRefusals.reason(name);
        if (property != null && property.isFor(item.roles())) {
            return property;
        }
        if (property != null) {
            String kinds = property.roles().toString().toLowerCase(java.util.Locale.ROOT);
            problems.add(
                    entry.keyAt(),
                    at,
                    "a property of other clients " + kinds + "; allowed here under the top-level kafka");
        } else if (reason != null) {
            problems.add(entry.keyAt(), at, "this Kafka property may not be set: " + reason);
        } else {
            List<String> known = KafkaProperty.all().stream()
                    .filter(p -> p.isFor(item.roles()))
                    .map(KafkaProperty::name)
                    .toList();
            problems.add(
                    entry.keyAt(),
                    at,
                    "not an allowed Kafka property" + Suggestion.forName(name, known)
                            + "; allowed are those listed in docs/CONFIGURATION.md");
        }
        return null;
    }

    /** In clear it would be in every backup of the file, and on a command line in every process list. */
    private @Nullable Object secret(KafkaProperty property, Node.Entry entry, String at) {
        boolean inClear = entry.value() instanceof Node.Scalar scalar
                && scalar.origin() != Node.Origin.ENVIRONMENT
                && !scalar.isNothing()
                && !Placeholders.in(scalar.text());
        if (inClear) {
            problems.add(entry.value().at(), at, "a secret in clear; given ***; allowed ${file:/path} or ${env:NAME}");
            return null;
        }
        return scalars.readSecret(property.type(), entry.value(), at);
    }
}
