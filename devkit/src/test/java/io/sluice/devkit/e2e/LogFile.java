package io.sluice.devkit.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** The first segment of a partition's log on disk, for changes no producer could make. The broker must be stopped. */
final class LogFile {
    private static final int HEAD = 12;
    private static final int MAGIC = 16;
    private static final int CRC = 17;
    private static final int ATTRIBUTES = 21;
    private static final int BASE_TIMESTAMP = 27;
    private static final int MAX_TIMESTAMP = 35;
    private static final String FIRST = "00000000000000000000";

    private final Path folder;

    LogFile(Path folder) {
        this.folder = folder;
    }

    /** Flips a bit of a batch's last byte, which its checksum covers. */
    void damage(int batch) throws IOException {
        change(batch, b -> b.put(b.limit() - 1, (byte) (b.get(b.limit() - 1) ^ 1)));
    }

    /** Gives a batch a format version. */
    void magic(int batch, int version) throws IOException {
        change(batch, b -> b.put(MAGIC, (byte) version));
    }

    /** Gives the records of a batch of one this timestamp. */
    void timestamp(int batch, long ms) throws IOException {
        change(batch, b -> {
            b.putLong(BASE_TIMESTAMP, ms).putLong(MAX_TIMESTAMP, ms);
            CRC32C crc = new CRC32C();
            crc.update(b.array(), b.arrayOffset() + ATTRIBUTES, b.limit() - ATTRIBUTES);
            b.putInt(CRC, (int) crc.getValue());
        });
    }

    /** Makes the log begin at an offset, as after years of records. */
    void beginAt(long offset) throws IOException {
        ByteBuffer log = read();
        for (ByteBuffer batch : batches(log)) {
            batch.putLong(0, batch.getLong(0) + offset);
        }
        Files.write(log(), log.array());
        String name = String.format("%020d", offset);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String old = file.getFileName().toString();
                if (old.endsWith(".snapshot")) {
                    Files.delete(file);
                } else if (old.startsWith(FIRST)) {
                    Files.move(file, folder.resolve(name + old.substring(FIRST.length())));
                }
            }
        }
    }

    private interface Change {
        void on(ByteBuffer batch);
    }

    private void change(int batch, Change change) throws IOException {
        ByteBuffer log = read();
        change.on(batches(log).get(batch));
        Files.write(log(), log.array());
    }

    private Path log() {
        return folder.resolve(FIRST + ".log");
    }

    private ByteBuffer read() throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(log()));
    }

    private static List<ByteBuffer> batches(ByteBuffer log) {
        List<ByteBuffer> batches = new ArrayList<>();
        for (int at = 0; at + HEAD < log.limit() && log.getInt(at + 8) > 0; ) {
            int size = HEAD + log.getInt(at + 8);
            batches.add(log.slice(at, size));
            at += size;
        }
        return batches;
    }
}
