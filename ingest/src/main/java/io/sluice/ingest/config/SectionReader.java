package io.sluice.ingest.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads nodes into {@link Values} as the {@link Catalogue} says, and goes on after a problem to find the others. */
final class SectionReader {
    private final Problems problems;
    private final ScalarReader scalars;
    private final KafkaReader kafka;

    SectionReader(Problems problems, ScalarReader scalars) {
        this.problems = problems;
        this.scalars = scalars;
        this.kafka = new KafkaReader(problems, scalars);
    }

    Values root(Node.Mapping root) {
        Values values = new Values("", root.at());
        section(Catalogue.ROOT, root, "", values);
        return values;
    }

    /** @param prefix of the section within {@code values}, with a dot at its end unless empty */
    private void section(Item.Section section, Node.@Nullable Mapping node, String prefix, Values values) {
        Map<String, Node.Entry> entries = node == null ? Map.of() : node.entries();
        entries.forEach((name, entry) -> {
            if (section.named(name) == null) {
                List<String> known = known(section);
                problems.add(
                        entry.keyAt(),
                        values.path(prefix + Names.shown(name)),
                        "unknown key" + Suggestion.forName(name, known) + "; allowed " + String.join(", ", known));
            }
        });
        for (Item item : section.items()) {
            item(item, entries.get(item.name()), prefix, values);
        }
    }

    private static List<String> known(Item.Section section) {
        return section.items().stream()
                .filter(i -> !(i instanceof Item.Reserved))
                .map(Item::name)
                .toList();
    }

    private void item(Item item, Node.@Nullable Entry entry, String prefix, Values values) {
        String name = prefix + item.name();
        String path = values.path(name);
        if (item instanceof Item.Reserved) {
            if (entry != null) {
                problems.add(entry.keyAt(), path, "not supported yet; remove it");
            }
        } else if (item instanceof Item.Key key) {
            key(key, entry, name, values);
        } else if (item instanceof Item.Section section) {
            Node.Mapping mapping = entry == null ? null : mapping(entry, path);
            if (entry != null) {
                values.begin(name, entry.keyAt());
            }
            section(section, mapping, name + ".", values);
        } else if (item instanceof Item.Repeated repeated) {
            repeated(repeated, entry, name, values);
        } else if (item instanceof Item.Kafka properties && entry != null) {
            Node.Mapping mapping = mapping(entry, path);
            if (mapping != null) {
                values.put(name, kafka.read(properties, mapping, path), entry.keyAt());
            }
        }
    }

    private Node.@Nullable Mapping mapping(Node.Entry entry, String path) {
        if (entry.value() instanceof Node.Mapping mapping) {
            return mapping;
        }
        problems.add(
                entry.value().at(), path, "not a mapping; given " + Names.given(entry.value()) + "; allowed a mapping");
        return null;
    }

    private void repeated(Item.Repeated repeated, Node.@Nullable Entry entry, String name, Values values) {
        String path = values.path(name);
        if (entry == null) {
            problems.add(values.place(""), path, "missing; allowed a list of at least one");
            return;
        }
        if (!(entry.value() instanceof Node.Sequence list)) {
            String given = Names.given(entry.value());
            problems.add(entry.value().at(), path, "not a list; given " + given + "; allowed a list of at least one");
            return;
        }
        if (list.items().isEmpty()) {
            problems.add(list.at(), path, "empty; allowed a list of at least one");
        }
        List<Values> all = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            Node item = list.items().get(i);
            String itemPath = path + "[" + i + "]";
            Values one = new Values(itemPath, item.at());
            Node.Mapping mapping = mapping(new Node.Entry(item.at(), item), itemPath);
            if (mapping != null) {
                section(repeated.each(), mapping, "", one);
                all.add(one);
            }
        }
        values.put(name, all, entry.keyAt());
    }

    private void key(Item.Key key, Node.@Nullable Entry entry, String name, Values values) {
        String path = values.path(name);
        if (entry == null) {
            if (key.required()) {
                problems.add(values.place(name), path, "missing; allowed " + Names.allowed(key));
            } else if (key.fallback() != null) {
                values.put(name, fallback(key, key.fallback()));
            }
            return;
        }
        Object value = key.list() ? list(key, entry.value(), path) : scalars.read(key.type(), entry.value(), path);
        if (value != null) {
            values.put(name, value, entry.value().at());
        }
    }

    private @Nullable Object list(Item.Key key, Node node, String path) {
        if (!(node instanceof Node.Sequence sequence)) {
            String given = scalars.given(node);
            problems.add(node.at(), path, "not a list; given " + given + "; allowed " + Names.allowed(key));
            return null;
        }
        if (sequence.items().isEmpty()) {
            problems.add(node.at(), path, "empty; allowed " + Names.allowed(key));
            return null;
        }
        List<Object> read = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            Node item = sequence.items().get(i);
            String itemPath = path + "[" + i + "]";
            Object value = scalars.read(key.type(), item, itemPath);
            if (value != null && read.contains(value)) {
                problems.add(item.at(), itemPath, "duplicate; given " + scalars.given(item));
            }
            if (value != null) {
                read.add(value);
            }
        }
        return read.size() == sequence.items().size() ? List.copyOf(read) : null;
    }

    private static Object fallback(Item.Key key, String text) {
        try {
            return key.type().read(text);
        } catch (Refused e) {
            throw new IllegalStateException("default of " + key.name() + ": " + e.what(), e);
        }
    }
}
