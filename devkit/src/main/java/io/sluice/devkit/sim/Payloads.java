package io.sluice.devkit.sim;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Keys and values of simulated records; shared, since the core never writes to them. */
final class Payloads {
    /** Values of records have any size below this, or {@link #LARGE_VALUE}. */
    static final int SIZES = 300;

    static final int LARGE_VALUE = 6_000;

    private static final byte[][] KEYS = new byte[16][];
    private static final byte[][] VALUES = new byte[SIZES][];
    private static final byte[] LARGE = new byte[LARGE_VALUE];

    static {
        for (int i = 0; i < KEYS.length; i++) {
            KEYS[i] = ("key number " + i).getBytes(StandardCharsets.UTF_8);
        }
        for (int i = 0; i < SIZES; i++) {
            VALUES[i] = new byte[i];
        }
    }

    private Payloads() {}

    /** Null for {@link PartitionLog#NULL_KEY}. */
    static byte @Nullable [] key(int key) {
        return key < 0 ? null : KEYS[key];
    }

    static byte[] value(int size) {
        return size == LARGE_VALUE ? LARGE : VALUES[size];
    }

    /** Bytes of a key and a value of some size. */
    static int bytesOf(int key, int value) {
        return (key < 0 ? 0 : KEYS[key].length) + value;
    }
}
