package io.sluice.processor;

import java.nio.charset.StandardCharsets;

/** Makes text fit the contract: one line, at most so many bytes of UTF-8. */
final class Text {
    private Text() {}

    /** The text with control characters and line breaks replaced by spaces, cut to at most {@code maxBytes}. */
    static String oneLine(String text, int maxBytes) {
        String line = text;
        for (int i = 0; i < text.length(); i++) {
            if (isBreak(text.charAt(i))) {
                line = replaceBreaks(text);
                break;
            }
        }
        // One char is at most three bytes: the common short text needs no encoding to be known to fit.
        return line.length() * 3L <= maxBytes ? line : cut(line, maxBytes);
    }

    private static boolean isBreak(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }

    private static String replaceBreaks(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(isBreak(c) ? ' ' : c);
        }
        return out.toString();
    }

    private static String cut(String line, int maxBytes) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= maxBytes) {
            return line;
        }
        int end = maxBytes;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
