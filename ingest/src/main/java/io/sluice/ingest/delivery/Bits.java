package io.sluice.ingest.delivery;

/**
 * Numbers in a bounded array of bytes: varints for single ones, exponential Golomb codes of an order for many of one
 * kind. Reading never goes beyond the end: what is missing is reported by {@link #broken}.
 */
final class Bits {
    /** Largest order of a Golomb code. */
    static final int MAX_ORDER = 15;

    private static final int MAX_WIDTH = 62;

    private final byte[] bytes;
    private final int limitBits;
    private int position;
    private boolean broken;

    /** Bits {@code [fromByte * 8, limitBytes * 8)} of an array. */
    Bits(byte[] bytes, int fromByte, int limitBytes) {
        this.bytes = bytes;
        this.position = fromByte * 8;
        this.limitBits = limitBytes * 8;
    }

    /** Whether something was read or written beyond the end, or read that is no number. */
    boolean broken() {
        return broken;
    }

    /** Says that what was read makes no sense; nothing more is read. */
    void breakOff() {
        broken = true;
        position = limitBits;
    }

    int left() {
        return limitBits - position;
    }

    /** Bytes up to the current bit, the last one perhaps in part. */
    int endByte() {
        return (position + 7) / 8;
    }

    void put(long value, int width) {
        if (left() < width) {
            broken = true;
            return;
        }
        for (int i = width - 1; i >= 0; i--, position++) {
            int mask = 0x80 >>> (position & 7);
            if ((value >>> i & 1) == 1) {
                bytes[position >> 3] |= (byte) mask;
            } else {
                bytes[position >> 3] &= (byte) ~mask;
            }
        }
    }

    long get(int width) {
        if (left() < width) {
            broken = true;
            return 0;
        }
        long value = 0;
        for (int i = 0; i < width; i++, position++) {
            value = value << 1 | (bytes[position >> 3] >>> (7 - (position & 7)) & 1);
        }
        return value;
    }

    /** A number of at most 63 bits, seven to a group. */
    void putVarint(long value) {
        long rest = value;
        for (; rest > 0x7f; rest >>>= 7) {
            put(0x80 | rest & 0x7f, 8);
        }
        put(rest, 8);
    }

    long getVarint() {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            long group = get(8);
            value |= (group & 0x7f) << shift;
            if (group < 0x80) {
                return value;
            }
        }
        broken = true;
        return 0;
    }

    /** Bits that {@link #putGolomb} takes. */
    static int golombBits(long value, int order) {
        int width = 63 - Long.numberOfLeadingZeros((value >>> order) + 1);
        return 2 * width + 1 + order;
    }

    /** A number from 0 to 2^61: small ones are short, the more so the lower the order. */
    void putGolomb(long value, int order) {
        long high = (value >>> order) + 1;
        int width = 63 - Long.numberOfLeadingZeros(high);
        put(0, width);
        put(high, width + 1);
        put(value & (1L << order) - 1, order);
    }

    long getGolomb(int order) {
        int width = 0;
        while (left() > 0 && get(1) == 0) {
            width++;
        }
        if (left() < width || width + order >= MAX_WIDTH) {
            broken = true;
            return 0;
        }
        long high = (1L << width | get(width)) - 1;
        return high << order | get(order);
    }
}
