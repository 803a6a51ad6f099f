package io.sluice.ingest.publish;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text from processors and clients, made fit for headers and logs. Pure. */
final class Texts {
    private Texts() {}

    /** One line without control characters. */
    static String clean(String text) {
        return text.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " ").strip();
    }

    /** UTF-8 of the cleaned text, cut to at most {@code maxBytes} between characters. */
    static byte[] utf8(String text, int maxBytes) {
        byte[] bytes = clean(text).getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= maxBytes) {
            return bytes;
        }
        int end = maxBytes;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }
}
