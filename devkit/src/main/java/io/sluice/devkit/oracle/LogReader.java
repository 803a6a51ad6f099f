package io.sluice.devkit.oracle;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Reads logs, line by line, so that a long run needs little memory. */
public final class LogReader {
    static final String ENDING = ".jsonl";

    private LogReader() {}

    /** The logs in a folder, by name. */
    public static List<Path> logs(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the logs in " + folder, e);
        }
    }

    /**
     * Gives each line of a log to {@code sink}. A line that is cut off belongs to a process that was killed while it wrote: what it stands
     * for was not done, and it is left out.
     *
     * @throws IllegalArgumentException if a line cannot be understood; the message names file and line
     */
    public static void read(Path file, Consumer<LogRecord> sink) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        int number = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b != '\n') {
                    line.write(b);
                    continue;
                }
                number++;
                String text = line.toString(StandardCharsets.UTF_8);
                line.reset();
                if (text.endsWith("}")) {
                    sink.accept(parse(file, number, text));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static LogRecord parse(Path file, int number, String line) {
        try {
            return LogLine.read(line);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(file + ":" + number + ": " + e.getMessage(), e);
        }
    }
}
