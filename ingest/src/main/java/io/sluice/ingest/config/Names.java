package io.sluice.ingest.config;

/** Words for problem lines. */
final class Names {
    private Names() {}

    /** A key as part of a path; quoted if it could be mistaken for several. */
    static String shown(String key) {
        return key.matches("[A-Za-z0-9_.-]{1,100}") ? key : Problems.quote(key);
    }

    static String allowed(Item.Key key) {
        return key.list()
                ? "a list of at least one: " + key.type().allowed()
                : key.type().allowed();
    }

    /** What kind of node it is; never its content. */
    static String given(Node node) {
        if (node instanceof Node.Mapping) {
            return "a mapping";
        }
        if (node instanceof Node.Sequence) {
            return "a list";
        }
        return node instanceof Node.Scalar scalar && scalar.isNothing() ? "nothing" : "a single value";
    }
}
