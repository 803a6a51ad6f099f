package io.sluice.devkit.e2e;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The journal of a {@link JournalingProcessor} over all its lives: what happened to which record, in the order it happened. Readable
 * while it grows. Thread-safe.
 *
 * <p>A line is the kind, partition, offset, key, wall-clock milliseconds and an end mark. A line without its mark was cut off by a
 * kill; the next life starts with a newline.
 */
final class Trail {
    private static final String MARK = " .";

    enum Kind {
        STARTED,
        BEGUN,
        ENDED
    }

    record Event(Kind kind, int partition, long offset, String key, long atMs) {}

    private final Path file;
    private final List<Event> events = new ArrayList<>();
    private final Map<Integer, BitSet> ended = new TreeMap<>();
    private long position;
    private long endedRecords;

    Trail(Path file) {
        this.file = file;
    }

    static String start() {
        return "\n" + line(Kind.STARTED, 0, 0, "-");
    }

    static String begun(int partition, long offset, String key) {
        return line(Kind.BEGUN, partition, offset, key);
    }

    static String ended(int partition, long offset, String key) {
        return line(Kind.ENDED, partition, offset, key);
    }

    private static String line(Kind kind, int partition, long offset, String key) {
        return kind + " " + partition + " " + offset + " " + key + " " + System.currentTimeMillis() + MARK + "\n";
    }

    /** Records that have had a verdict so far. */
    synchronized long endedRecords() {
        readOn();
        return endedRecords;
    }

    /** Everything so far, in order. */
    synchronized List<Event> events() {
        readOn();
        return List.copyOf(events);
    }

    private void readOn() {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[(int) (in.length() - position)];
            in.seek(position);
            in.readFully(bytes);
            int start = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    add(new String(bytes, start, i - start, StandardCharsets.US_ASCII));
                    start = i + 1;
                }
            }
            position += start;
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the processor's journal: " + e.getMessage(), e);
        }
    }

    private void add(String line) {
        if (!line.endsWith(MARK)) {
            return;
        }
        String[] f = line.split(" ");
        Event event =
                new Event(Kind.valueOf(f[0]), Integer.parseInt(f[1]), Long.parseLong(f[2]), f[3], Long.parseLong(f[4]));
        events.add(event);
        if (event.kind() == Kind.ENDED) {
            BitSet seen = ended.computeIfAbsent(event.partition(), p -> new BitSet());
            if (!seen.get((int) event.offset())) {
                seen.set((int) event.offset());
                endedRecords++;
            }
        }
    }
}
