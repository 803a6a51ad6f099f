package io.sluice.ingest.delivery;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A name for a key that can be shown and compared where the key itself must not be: the first 8 bytes of its SHA-256, in
 * hexadecimal. The same in every process. It hides a key that cannot be guessed; who can guess a key can check the guess.
 */
final class KeyHash {
    private static final int SHOWN_BYTES = 8;

    private KeyHash() {}

    /** Empty for a record without a key. */
    static String of(byte[] key) {
        if (key == null) {
            return "";
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
            return HexFormat.of().formatHex(hash, 0, SHOWN_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
