package io.sluice.devkit.oracle;

/** 64 bits for a text, so that a million of them need not be kept. */
final class Hashes {
    private Hashes() {}

    static long of(String text) {
        long h = 0xcbf29ce484222325L ^ text.length();
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * 0x100000001b3L;
            h ^= h >>> 29;
        }
        return h;
    }
}
