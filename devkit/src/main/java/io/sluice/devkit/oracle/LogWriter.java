package io.sluice.devkit.oracle;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the log of one process into a folder that the oracle reads whole. When {@link #write} returns, the lines are with the operating
 * system: they survive this process. Thread-safe; the order of calls is the order of lines.
 */
public final class LogWriter implements AutoCloseable {
    private final OutputStream out; // guarded by this

    private LogWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Makes the log of a process.
     *
     * @param folder is made if it is not there
     * @param process name of the process and its incarnation, which becomes the file's: never used twice in a folder
     */
    public static LogWriter open(Path folder, String process) {
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve(process.replaceAll("[^A-Za-z0-9._-]", "_") + LogReader.ENDING);
            if (Files.exists(file)) {
                throw new IllegalStateException(file + " exists: each process writes a log of its own");
            }
            return new LogWriter(new BufferedOutputStream(new FileOutputStream(file.toFile()), 1 << 16));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the log of " + process + " in " + folder, e);
        }
    }

    /** Writes one line. Call it before the effect that the line stands for. */
    public void write(LogRecord line) {
        write(List.of(line));
    }

    /** Writes lines side by side, with one flush. */
    public void write(List<? extends LogRecord> lines) {
        StringBuilder text = new StringBuilder(lines.size() * 256);
        for (LogRecord line : lines) {
            text.append(LogLine.write(line)).append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        synchronized (this) {
            try {
                out.write(bytes);
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write a log", e);
            }
        }
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close a log", e);
        }
    }
}
