package io.sluice.ingest.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a configuration, one line each. */
final class Problems {
    private static final int SHOWN_CHARACTERS = 80;

    private record Problem(Place at, String path, String line) {}

    private final List<Problem> problems = new ArrayList<>();

    /** @param text {@code what; given ...; allowed ...} */
    void add(Place at, String path, String text) {
        String where = path.isEmpty() ? at.toString() : at + ": " + path;
        problems.add(new Problem(at, path, where + ": " + text));
    }

    /** Whether nothing is wrong with this path and those below it: what depends on them may be checked. */
    boolean isEmptyFor(String path) {
        return problems.stream()
                .noneMatch(p -> p.path.equals(path) || p.path.startsWith(path + ".") || p.path.startsWith(path + "["));
    }

    void throwIfAny() throws ConfigException {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems.stream()
                    .sorted(Comparator.comparing(Problem::at))
                    .map(Problem::line)
                    .distinct()
                    .toList());
        }
    }

    /** A value as it may appear in a line: quoted, short, and without control characters. */
    static String quote(String value) {
        StringBuilder out = new StringBuilder("\"");
        int end = value.offsetByCodePoints(0, Math.min(SHOWN_CHARACTERS, value.codePointCount(0, value.length())));
        value.substring(0, end).codePoints().forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.append(end < value.length() ? "...\"" : "\"").toString();
    }
}
