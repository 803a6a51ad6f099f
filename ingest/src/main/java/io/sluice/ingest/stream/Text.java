package io.sluice.ingest.stream;

/** Makes what a peer wrote fit for logs, headers and pages: one line, of limited length. */
final class Text {
    private Text() {}

    /**
     * Replaces control characters, line breaks and whatever turns the direction of text by spaces, lone surrogates by
     * question marks, and keeps at most {@code maxBytes} bytes of UTF-8, never half a character.
     */
    static String clean(String text, int maxBytes) {
        if (isPlain(text) && text.length() <= maxBytes) {
            return text;
        }
        StringBuilder out = new StringBuilder(Math.min(text.length(), maxBytes));
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            int kept = replace(point);
            bytes += utf8Length(kept);
            if (bytes > maxBytes) {
                break;
            }
            out.appendCodePoint(kept);
        }
        return out.toString();
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c > 0x7e) {
                return false;
            }
        }
        return true;
    }

    private static int replace(int point) {
        if (point >= 0xd800 && point <= 0xdfff) {
            return '?';
        }
        boolean breaksLine = Character.isISOControl(point) || point == 0x2028 || point == 0x2029;
        boolean turnsText = (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
        return breaksLine || turnsText ? ' ' : point;
    }

    private static int utf8Length(int point) {
        if (point < 0x80) {
            return 1;
        }
        if (point < 0x800) {
            return 2;
        }
        return point < 0x10000 ? 3 : 4;
    }
}
