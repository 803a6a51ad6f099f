package io.sluice.ingest.config;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An entry of the {@link Catalogue}. */
sealed interface Item {
    String name();

    /** What it does, in one or two sentences, Markdown. */
    String doc();

    /**
     * One value.
     *
     * @param list whether it is a list of values of that type, of at least one
     * @param fallback the default as it would be written; null: none
     * @param note what stands in for the default in documents if there is none
     */
    record Key(
            String name, Type type, boolean list, @Nullable String fallback, String note, String doc) implements Item {
        static final String REQUIRED = "required";

        boolean required() {
            return note.equals(REQUIRED);
        }

        static Key of(String name, Type type, String fallback, String doc) {
            return new Key(name, type, false, fallback, "", doc);
        }

        static Key noted(String name, Type type, String note, String doc) {
            return new Key(name, type, false, null, note, doc);
        }

        Key asList() {
            return new Key(name, type, true, fallback, note, doc);
        }
    }

    /** A mapping of known keys. */
    record Section(String name, String doc, List<Item> items) implements Item {
        Section(String name, String doc, Item... items) {
            this(name, doc, List.of(items));
        }

        @Nullable
        Item named(String key) {
            return items.stream().filter(i -> i.name().equals(key)).findFirst().orElse(null);
        }
    }

    /** A list of mappings of known keys, at least one. */
    record Repeated(String name, String doc, Section each) implements Item {}

    /** Kafka client properties of the given roles. */
    record Kafka(String name, String doc, Set<KafkaProperty.Role> roles) implements Item {}

    /** A name kept for later: refused, with a line that says so. */
    record Reserved(String name, String doc) implements Item {}
}
