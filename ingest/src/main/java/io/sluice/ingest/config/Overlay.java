package io.sluice.ingest.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts values from the environment or from flags over those of the file, before anything is read. A path is followed through the
 * {@link Catalogue}: at each step the longest name that the rest of the path begins with is taken.
 */
final class Overlay {
    private static final String PREFIX = "SLUICE_";
    private static final Pattern INDEX = Pattern.compile("\\[([0-9]+)]");

    private final Problems problems;
    private final Node.Origin origin;
    private final String separator;

    private Overlay(Problems problems, Node.Origin origin, String separator) {
        this.problems = problems;
        this.origin = origin;
        this.separator = separator;
    }

    /** Variables with {@code SLUICE_} in front and {@code __} between names; others are none of ours. */
    static void environment(Node.Mapping root, Map<String, String> env, Problems problems) {
        Overlay overlay = new Overlay(problems, Node.Origin.ENVIRONMENT, "__");
        new TreeMap<>(env).forEach((variable, value) -> {
            if (variable.startsWith(PREFIX) && variable.contains("__")) {
                String path = variable.substring(PREFIX.length());
                overlay.section(Catalogue.ROOT, root, path, new Written(Place.of("environment " + variable), value));
            }
        });
    }

    /** {@code path=value} each; the last wins. */
    static void flags(Node.Mapping root, List<String> overrides, Problems problems) {
        Overlay overlay = new Overlay(problems, Node.Origin.FLAG, ".");
        for (String override : overrides) {
            int equals = override.indexOf('=');
            if (equals < 1) {
                problems.add(
                        Place.of("--set"), "", "not a setting; allowed path=value, as in admin.listen=127.0.0.1:0");
                continue;
            }
            String path = INDEX.matcher(override.substring(0, equals)).replaceAll(".$1");
            Place place = Place.of("--set " + Names.shown(override.substring(0, equals)));
            overlay.section(Catalogue.ROOT, root, path, new Written(place, override.substring(equals + 1)));
        }
    }

    private record Written(Place place, String value) {}

    private void section(Item.Section section, Node.Mapping mapping, String path, Written written) {
        Map<String, Item> items = new LinkedHashMap<>();
        section.items().forEach(item -> items.put(form(item.name()), item));
        String name = longest(path, items);
        if (name == null) {
            unknown(path, new ArrayList<>(items.keySet()), written);
            return;
        }
        Item item = items.get(name);
        String rest = path.length() == name.length() ? "" : path.substring(name.length() + separator.length());
        if (item instanceof Item.Key key && rest.isEmpty()) {
            put(mapping, key.name(), value(key, written), written);
        } else if (item instanceof Item.Section inner && !rest.isEmpty()) {
            withMapping(mapping, inner.name(), written, m -> section(inner, m, rest, written));
        } else if (item instanceof Item.Kafka kafka && !rest.isEmpty()) {
            withMapping(mapping, kafka.name(), written, m -> kafka(m, rest, written));
        } else if (item instanceof Item.Repeated repeated && !rest.isEmpty()) {
            repeated(repeated, mapping, rest, written);
        } else if (item instanceof Item.Reserved) {
            problems.add(written.place, "", "not supported yet; remove it");
        } else {
            problems.add(written.place, "", "not the name of a single value");
        }
    }

    private void kafka(Node.Mapping mapping, String path, Written written) {
        Map<String, String> names = new LinkedHashMap<>();
        KafkaProperty.all().forEach(p -> names.put(form(p.name()), p.name()));
        String name = origin == Node.Origin.FLAG ? path : names.get(path);
        if (name == null) {
            unknown(path, new ArrayList<>(names.keySet()), written);
        } else {
            put(mapping, name, new Node.Scalar(written.place, written.value, false, origin), written);
        }
    }

    private void repeated(Item.Repeated repeated, Node.Mapping mapping, String path, Written written) {
        Map<String, Node.Mapping> byName = new LinkedHashMap<>();
        List<String> names = new ArrayList<>();
        if (entry(mapping, repeated.name()) instanceof Node.Sequence list) {
            for (int i = 0; i < list.items().size(); i++) {
                if (list.items().get(i) instanceof Node.Mapping one) {
                    byName.put(Integer.toString(i), one);
                    if (entry(one, "name") instanceof Node.Scalar name) {
                        byName.put(form(name.text()), one);
                        names.add(form(name.text()));
                    }
                }
            }
        }
        String name = longest(path, byName);
        Node.Mapping one = name == null ? null : byName.get(name);
        if (one == null) {
            unknown(path, names, written);
        } else if (name != null && path.length() > name.length()) {
            section(repeated.each(), one, path.substring(name.length() + separator.length()), written);
        } else {
            problems.add(written.place, "", "not the name of a single value");
        }
    }

    private static @Nullable Node entry(Node.Mapping mapping, String name) {
        Node.Entry entry = mapping.entries().get(name);
        return entry == null ? null : entry.value();
    }

    private @Nullable String longest(String path, Map<String, ?> names) {
        return names.keySet().stream()
                .filter(name -> path.equals(name) || path.startsWith(name + separator))
                .max(java.util.Comparator.comparingInt(String::length))
                .orElse(null);
    }

    private Node value(Item.Key key, Written written) {
        if (!key.list()) {
            return new Node.Scalar(written.place, written.value, false, origin);
        }
        List<Node> items = Arrays.stream(written.value.split(",", -1))
                .map(String::strip)
                .<Node>map(text -> new Node.Scalar(written.place, text, false, origin))
                .toList();
        return new Node.Sequence(written.place, items);
    }

    private static void put(Node.Mapping mapping, String name, Node value, Written written) {
        mapping.entries().put(name, new Node.Entry(written.place, value));
    }

    private static void withMapping(
            Node.Mapping mapping, String name, Written written, java.util.function.Consumer<Node.Mapping> use) {
        Node.Entry entry = mapping.entries()
                .computeIfAbsent(name, n -> new Node.Entry(written.place, Node.Mapping.empty(written.place)));
        // Anything else than a mapping is refused when the section is read.
        if (entry.value() instanceof Node.Mapping inner) {
            use.accept(inner);
        }
    }

    /** How a name is written in a path. */
    private String form(String name) {
        return origin == Node.Origin.FLAG ? name : name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private void unknown(String path, List<String> known, Written written) {
        String first = path.split(Pattern.quote(separator), 2)[0];
        String allowed = known.isEmpty() ? "" : known.size() > 20 ? "" : "; allowed " + String.join(", ", known);
        problems.add(
                written.place, "", "unknown key " + Problems.quote(first) + Suggestion.forName(first, known) + allowed);
    }
}
