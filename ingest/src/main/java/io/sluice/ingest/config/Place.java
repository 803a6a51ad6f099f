package io.sluice.ingest.config;

/**
 * Where a value was written.
 *
 * @param source the file, or which variable or flag
 * @param line from 1; 0: the source has no lines
 * @param column from 1
 */
record Place(String source, int line, int column) implements Comparable<Place> {
    static Place of(String source) {
        return new Place(source, 0, 0);
    }

    @Override
    public int compareTo(Place other) {
        // The file first, then variables and flags.
        int byKind = Boolean.compare(line == 0, other.line == 0);
        int byLine = byKind != 0 ? byKind : Integer.compare(line, other.line);
        return byLine != 0 ? byLine : Integer.compare(column, other.column);
    }

    @Override
    public String toString() {
        return line == 0 ? source : source + ":" + line + ":" + column;
    }
}
