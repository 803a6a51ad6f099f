package io.sluice.devkit.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the journal of a sample processor while it grows.
 *
 * <p>One line per verdict, tab-separated: topic, partition, offset, key in base64 or {@code -}, attempt, outcome, code or {@code -},
 * start and end in nanoseconds of the processor's monotonic clock. Not thread-safe.
 */
final class Journal {
    private static final int CHUNK = 1 << 20;
    private static final int FIELDS = 9;

    private final Path file;
    private final Map<String, String> texts = new HashMap<>();
    private final List<Attempt> attempts = new ArrayList<>();
    private final SortedMap<String, Long> rejects = new TreeMap<>();
    private final Map<Attempt.Outcome, Long> outcomes = new EnumMap<>(Attempt.Outcome.class);
    private long position;

    Journal(Path file) {
        this.file = file;
    }

    /** All attempts read so far, in the order of the file. */
    List<Attempt> attempts() {
        return attempts;
    }

    /** Attempts with this outcome read so far. */
    long count(Attempt.Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    /** REJECT verdicts read so far, by code. */
    SortedMap<String, Long> rejects() {
        return rejects;
    }

    /**
     * Reads the whole lines that were added since the last call.
     *
     * @throws IllegalStateException if a line cannot be understood
     */
    void readOn() {
        if (!Files.exists(file)) {
            return;
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] chunk = new byte[CHUNK];
            boolean more = true;
            while (more) {
                in.seek(position);
                int read = in.read(chunk);
                int whole = read <= 0 ? 0 : lastNewline(chunk, read) + 1;
                lines(chunk, whole);
                position += whole;
                more = whole > 0;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the processor's journal " + file, e);
        }
    }

    private void lines(byte[] chunk, int length) {
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (chunk[i] == '\n') {
                add(new String(chunk, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
    }

    private void add(String line) {
        Attempt attempt = parse(line);
        attempts.add(attempt);
        outcomes.merge(attempt.outcome(), 1L, Long::sum);
        if (attempt.outcome() == Attempt.Outcome.REJECT) {
            rejects.merge(attempt.code(), 1L, Long::sum);
        }
    }

    private Attempt parse(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != FIELDS) {
            throw malformed(fields.length + " fields where " + FIELDS + " are expected");
        }
        try {
            return new Attempt(
                    Integer.parseInt(fields[1]),
                    Long.parseLong(fields[2]),
                    shared(fields[3]),
                    Long.parseLong(fields[7]),
                    Long.parseLong(fields[8]),
                    Attempt.Outcome.valueOf(fields[5]),
                    fields[6].equals("-") ? "" : shared(fields[6]));
        } catch (IllegalArgumentException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private IllegalStateException malformed(String why) {
        return new IllegalStateException(file + ":" + (attempts.size() + 1) + ": not a line of a journal: " + why);
    }

    /** Keys and codes are few: one copy of each is kept. */
    private String shared(String text) {
        return texts.computeIfAbsent(text, t -> t);
    }

    private static int lastNewline(byte[] chunk, int length) {
        int i = length - 1;
        while (i >= 0 && chunk[i] != '\n') {
            i--;
        }
        return i;
    }
}
