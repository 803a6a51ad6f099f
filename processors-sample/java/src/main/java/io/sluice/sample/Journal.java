package io.sluice.sample;

import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Appends a line for each verdict, so that a test can check order, loss and duplicates. Thread-safe.
 *
 * <p>Tab-separated: topic, partition, offset, key in base64 or {@code -}, attempt, outcome, code or {@code -}, start and
 * end in nanoseconds of a clock that only this process shares.
 */
final class Journal implements AutoCloseable {
    private static final long FLUSH_MS = 100;

    private final OutputStream out;
    private final ScheduledExecutorService flusher;

    Journal(Path file) throws IOException {
        out = new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), 1 << 16);
        flusher = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "journal-flush");
            thread.setDaemon(true);
            return thread;
        });
        flusher.scheduleAtFixedRate(this::flush, FLUSH_MS, FLUSH_MS, TimeUnit.MILLISECONDS);
    }

    void add(Record record, Verdict verdict, long startNanos, long endNanos) {
        byte[] line = line(record, verdict, startNanos, endNanos).getBytes(StandardCharsets.UTF_8);
        synchronized (out) {
            try {
                out.write(line);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static String line(Record record, Verdict verdict, long startNanos, long endNanos) {
        byte[] key = record.key();
        String shownKey = key == null ? "-" : Base64.getEncoder().encodeToString(key);
        String code = verdict.code().isEmpty() ? "-" : verdict.code();
        return record.topic()
                + '\t'
                + record.partition()
                + '\t'
                + record.offset()
                + '\t'
                + shownKey
                + '\t'
                + record.attempt()
                + '\t'
                + verdict.outcome()
                + '\t'
                + code
                + '\t'
                + startNanos
                + '\t'
                + endNanos
                + '\n';
    }

    private void flush() {
        synchronized (out) {
            try {
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        flusher.shutdown();
        synchronized (out) {
            out.close();
        }
    }
}
