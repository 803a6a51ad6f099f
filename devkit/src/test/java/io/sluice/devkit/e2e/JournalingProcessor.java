package io.sluice.devkit.e2e;

import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Main class of a processor that acks everything after zero to two milliseconds and is meant to be killed.
 *
 * <p>It appends to a {@link Trail}: a line when a record reaches the handler, one before its verdict is given. Each line is handed to
 * the kernel at once, so what a killed processor has said is in the file, and the order of the lines is the order of the events.
 */
final class JournalingProcessor {
    private static final int CONCURRENCY = 6;

    private final OutputStream journal; // guarded by: this

    private JournalingProcessor(Path file) throws IOException {
        journal = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /**
     * Serves until it is ended.
     *
     * @param args port and journal
     */
    public static void main(String[] args) throws Exception {
        JournalingProcessor processor = new JournalingProcessor(Path.of(args[1]));
        processor.write(Trail.start());
        ProcessorServer server = Processor.named("journaling")
                .handler(processor::handle)
                .concurrency(CONCURRENCY)
                .port(Integer.parseInt(args[0]))
                .start();
        server.drainOnShutdown();
        System.out.println("listening on " + server.port());
        server.awaitTermination();
    }

    private Verdict handle(Record record) throws IOException {
        write(Trail.begun(record.partition(), record.offset(), String.valueOf(record.keyAsString())));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(record.offset() % 3));
        write(Trail.ended(record.partition(), record.offset(), String.valueOf(record.keyAsString())));
        return Verdict.ack();
    }

    private synchronized void write(String line) throws IOException {
        journal.write(line.getBytes(StandardCharsets.US_ASCII));
    }
}
