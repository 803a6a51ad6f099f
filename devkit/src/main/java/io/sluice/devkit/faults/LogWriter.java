package io.sluice.devkit.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * Appends lines of JSON to a log of the run. What {@link #write} was given is with the kernel when it returns, so it outlives the
 * process. Thread-safe.
 */
final class LogWriter implements AutoCloseable {
    private final OutputStream out; // guarded by this

    LogWriter(Path file) {
        try {
            boolean cut = Files.exists(file) && Files.size(file) > 0;
            out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (cut) {
                // The last line of a life that was killed may have no end.
                write("\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Writes whole lines, each with its newline. */
    synchronized void write(CharSequence lines) {
        try {
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a log of the run", e);
        }
    }

    /** Microseconds since 1970; of one clock for all processes of a machine. */
    static long nowMicros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close a log of the run", e);
        }
    }
}
