package io.sluice.ingest.cli;

/** Makes text safe to print in one line. */
final class Text {
    private Text() {}

    /** Control characters escaped, so that a value can neither begin a line of its own nor drive a terminal. */
    static String safe(String text) {
        if (text.codePoints().noneMatch(Text::isUnsafe)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (isUnsafe(c)) {
                        out.append(String.format("\\u%04x", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        return out.toString();
    }

    private static boolean isUnsafe(int c) {
        int type = Character.getType(c);
        return Character.isISOControl(c)
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }

    /** The message of an error; its kind if it has none. */
    static String of(Throwable error) {
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : safe(message);
    }
}
