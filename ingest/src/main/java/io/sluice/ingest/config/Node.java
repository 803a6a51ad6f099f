package io.sluice.ingest.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A tree of what was written, with where. Scalars stay text: the key that reads one says its type. */
sealed interface Node {
    Place at();

    /** Who wrote a value. */
    enum Origin {
        FILE,
        ENVIRONMENT,
        FLAG
    }

    /**
     * One value.
     *
     * @param plain written without quotes, so that it may also be a number, a boolean or nothing */
    record Scalar(Place at, String text, boolean plain, Origin origin) implements Node {
        boolean isNothing() {
            return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }

        /** Whether YAML takes it for something else than text. */
        boolean isNotText() {
            return plain && origin == Origin.FILE && YamlReader.isNumberOrBoolean(text);
        }
    }

    /** A list. */
    record Sequence(Place at, List<Node> items) implements Node {}

    /**
     * Named values, in the order written.
     *
     * @param entries changed only by {@link Overlay}, before anything is read */
    record Mapping(Place at, Map<String, Entry> entries) implements Node {
        static Mapping empty(Place at) {
            return new Mapping(at, new LinkedHashMap<>());
        }
    }

    /**
     * One of them.
     *
     * @param keyAt where the key is */
    record Entry(Place keyAt, Node value) {}
}
