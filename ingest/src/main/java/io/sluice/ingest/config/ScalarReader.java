package io.sluice.ingest.config;

import org.jspecify.annotations.Nullable;

/** Reads one value: placeholders replaced, then as its type says. */
final class ScalarReader {
    private final Problems problems;
    private final Placeholders placeholders;

    ScalarReader(Problems problems, Placeholders placeholders) {
        this.problems = problems;
        this.placeholders = placeholders;
    }

    /** The value; null, with a problem added, if it is refused. */
    @Nullable
    Object read(Type type, Node node, String path) {
        return read(type, node, path, given(node));
    }

    /** Like {@link #read(Type, Node, String)}; the value is never shown. */
    @Nullable
    Object readSecret(Type type, Node node, String path) {
        return read(type, node, path, "***");
    }

    private @Nullable Object read(Type type, Node node, String path, String given) {
        if (!(node instanceof Node.Scalar scalar) || scalar.isNothing()) {
            String what = node instanceof Node.Scalar ? "empty" : "not a single value";
            problems.add(node.at(), path, what + "; given " + Names.given(node) + "; allowed " + type.allowed());
            return null;
        }
        if (scalar.isNotText() && !type.takesNumbers()) {
            problems.add(
                    node.at(),
                    path,
                    "not text; given " + given + "; allowed " + type.allowed() + "; put it in quotes if it is meant");
            return null;
        }
        try {
            return type.read(resolve(scalar));
        } catch (Unresolved e) {
            problems.add(node.at(), path, e.why.what());
        } catch (Refused e) {
            problems.add(node.at(), path, e.what() + "; given " + given + "; allowed " + type.allowed());
        }
        return null;
    }

    /** What was written. What a placeholder stands for is not shown: it may be a secret in the wrong place. */
    String given(Node node) {
        if (!(node instanceof Node.Scalar scalar) || scalar.isNothing()) {
            return Names.given(node);
        }
        String hidden = Placeholders.in(scalar.text()) ? " (its value is not shown)" : "";
        return Problems.quote(scalar.text()) + hidden;
    }

    private String resolve(Node.Scalar scalar) throws Unresolved {
        try {
            return placeholders.replace(scalar.text());
        } catch (Refused e) {
            throw new Unresolved(e);
        }
    }

    /** A placeholder that stands for nothing. */
    private static final class Unresolved extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Refused why;

        Unresolved(Refused why) {
            super(null, null, false, false);
            this.why = why;
        }
    }
}
