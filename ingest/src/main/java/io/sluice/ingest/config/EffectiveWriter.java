package io.sluice.ingest.config;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes a configuration as YAML, with the defaults of the {@link Catalogue} where nothing was written. */
final class EffectiveWriter {
    private final StringBuilder out = new StringBuilder();
    private final boolean documented;

    private EffectiveWriter(boolean documented) {
        this.documented = documented;
    }

    static String defaults() {
        EffectiveWriter writer = new EffectiveWriter(true);
        writer.section(Catalogue.ROOT, null, "", "");
        return writer.out.toString();
    }

    static String effective(Node.Mapping root) {
        EffectiveWriter writer = new EffectiveWriter(false);
        writer.section(Catalogue.ROOT, root, "", "");
        return writer.out.toString();
    }

    /** @param first indentation of the first line, which may carry the dash of a list */
    private void section(Item.Section section, Node.@Nullable Mapping node, String first, String indent) {
        String lead = first;
        for (Item item : section.items()) {
            Node.Entry entry = node == null ? null : node.entries().get(item.name());
            int before = out.length();
            item(item, entry == null ? null : entry.value(), lead, indent);
            lead = out.length() > before ? indent : lead;
        }
    }

    private void item(Item item, @Nullable Node value, String lead, String indent) {
        if (item instanceof Item.Key key) {
            key(key, value, lead);
        } else if (item instanceof Item.Section section) {
            comment(section.doc(), lead);
            out.append(lead).append(section.name()).append(":\n");
            section(section, value instanceof Node.Mapping m ? m : null, indent + "  ", indent + "  ");
        } else if (item instanceof Item.Repeated repeated) {
            out.append(lead).append(repeated.name()).append(":\n");
            if (value instanceof Node.Sequence list) {
                list.items()
                        .forEach(one -> section(repeated.each(), (Node.Mapping) one, indent + "  - ", indent + "    "));
            } else {
                section(repeated.each(), null, indent + "  - ", indent + "    ");
            }
        } else if (item instanceof Item.Kafka kafka && value instanceof Node.Mapping mapping) {
            out.append(lead).append(kafka.name()).append(":\n");
            Map<String, Node.Entry> sorted = new TreeMap<>(mapping.entries());
            sorted.forEach((name, entry) -> out.append(indent)
                    .append("  ")
                    .append(name)
                    .append(": ")
                    .append(kafkaValue(name, entry.value()))
                    .append('\n'));
        }
    }

    private void key(Item.Key key, @Nullable Node value, String lead) {
        String text = value == null ? key.fallback() : yaml(value);
        if (text != null) {
            comment(key.doc(), lead);
            out.append(lead)
                    .append(key.name())
                    .append(": ")
                    .append(value == null ? plain(text) : text)
                    .append('\n');
        } else if (documented) {
            comment(key.doc(), lead);
            boolean begins = lead.endsWith("- ");
            String note = key.note().isEmpty() ? "no default" : key.note().replace("`", "");
            out.append(lead).append(begins ? "" : "# ").append(key.name()).append(begins ? ": example # " : ": # ");
            out.append(note).append('\n');
        }
    }

    private void comment(String doc, String lead) {
        if (documented && !doc.isEmpty()) {
            out.append(lead.replace('-', ' '))
                    .append("# ")
                    .append(doc.replace("`", ""))
                    .append('\n');
        }
    }

    private static String kafkaValue(String name, Node value) {
        KafkaProperty property = KafkaProperty.named(name);
        boolean inClear = value instanceof Node.Scalar scalar && !Placeholders.in(scalar.text());
        return property == null || (property.secret() && inClear) ? "\"***\"" : yaml(value);
    }

    private static String yaml(Node value) {
        if (value instanceof Node.Sequence list) {
            return list.items().stream().map(EffectiveWriter::yaml).toList().toString();
        }
        if (!(value instanceof Node.Scalar scalar)) {
            return "";
        }
        boolean quotesMatter = !scalar.plain() && YamlReader.isNumberOrBoolean(scalar.text());
        return quotesMatter ? Json.write(scalar.text()) : plain(scalar.text());
    }

    /** Quoted unless it is beyond doubt: JSON strings are YAML strings. */
    private static String plain(String text) {
        return text.matches("[A-Za-z0-9][A-Za-z0-9._/-]*") ? text : Json.write(text);
    }
}
