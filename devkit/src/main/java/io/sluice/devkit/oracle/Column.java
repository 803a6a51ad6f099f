package io.sluice.devkit.oracle;

import java.util.Arrays;

/** Numbers of many lines: a million of them take 8 MB, as objects they would take thirty. */
final class Column {
    private long[] values = new long[256];
    private int size;

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size + (size >> 1));
        }
        values[size++] = value;
    }

    long get(int i) {
        return values[i];
    }

    int getInt(int i) {
        return (int) values[i];
    }

    void set(int i, long value) {
        values[i] = value;
    }

    int size() {
        return size;
    }
}
