package io.sluice.ingest.config;

import java.util.Locale;
import java.util.stream.Collectors;

/** Writes {@code docs/CONFIGURATION.md} from the {@link Catalogue}, between a fixed head and the tables. */
final class ReferenceWriter {
    private final StringBuilder out = new StringBuilder();

    private ReferenceWriter() {}

    static String write() {
        ReferenceWriter writer = new ReferenceWriter();
        writer.out.append(Resources.text("configuration-head.md"));
        writer.section("", Catalogue.ROOT);
        writer.kafkaProperties();
        return writer.out.toString();
    }

    private void section(String path, Item.Section section) {
        boolean hasKeys = section.items().stream()
                .anyMatch(i -> i instanceof Item.Key || i instanceof Item.Kafka || i instanceof Item.Reserved);
        if (hasKeys) {
            out.append("\n### ")
                    .append(path.isEmpty() ? "Top level" : "`" + path + "`")
                    .append("\n\n");
            if (!section.doc().isEmpty()) {
                out.append(section.doc()).append("\n\n");
            }
            out.append("| key | default | allowed | what it does |\n|---|---|---|---|\n");
            section.items().forEach(this::row);
        }
        for (Item item : section.items()) {
            String name = path.isEmpty() ? item.name() : path + "." + item.name();
            if (item instanceof Item.Section inner) {
                section(name, inner);
            } else if (item instanceof Item.Repeated repeated) {
                section(name + "[]", repeated.each());
            }
        }
    }

    private void row(Item item) {
        if (item instanceof Item.Key key) {
            String fallback = key.fallback() != null ? "`" + key.fallback() + "`" : key.note();
            row(key.name(), fallback, Names.allowed(key), key.doc());
        } else if (item instanceof Item.Kafka kafka) {
            row(kafka.name(), "", "[Kafka properties](#kafka-properties)", kafka.doc());
        } else if (item instanceof Item.Reserved reserved) {
            row(reserved.name(), "", "not supported yet", reserved.doc());
        }
    }

    private void row(String name, String fallback, String allowed, String doc) {
        out.append("| `").append(name).append("` | ").append(fallback).append(" | ");
        out.append(allowed.replace("|", "\\|"))
                .append(" | ")
                .append(doc.replace("|", "\\|"))
                .append(" |\n");
    }

    private void kafkaProperties() {
        out.append(Resources.text("configuration-kafka.md"));
        out.append("\n| property | clients | allowed |\n|---|---|---|\n");
        for (KafkaProperty property : KafkaProperty.all()) {
            String clients = property.roles().size() == KafkaProperty.Role.values().length
                    ? "all"
                    : property.roles().stream()
                            .map(r -> r.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "));
            String secret = property.secret() ? "secret: by `${file:/path}` or `${env:NAME}`; " : "";
            out.append("| `")
                    .append(property.name())
                    .append("` | ")
                    .append(clients)
                    .append(" | ");
            out.append(secret).append(property.type().allowed()).append(" |\n");
        }
        out.append("\nRefused on purpose:\n\n");
        KafkaRefusals.all()
                .forEach((names, reason) -> out.append("- `")
                        .append(String.join("`, `", names))
                        .append("`")
                        .append(": ")
                        .append(reason)
                        .append(".\n"));
    }
}
