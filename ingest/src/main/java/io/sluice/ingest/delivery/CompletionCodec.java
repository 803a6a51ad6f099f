package io.sluice.ingest.delivery;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * The form in which {@link Completions} travel in the metadata of a commit. Pure, any thread; {@link CompletionEncoder}
 * writes it.
 *
 * <p>Base64 without padding of: {@code "SL"}, version, CRC32C of all that follows it, CRC32C of pipeline, topic and
 * partition; then varints: base offset, time in seconds, latest leader epoch + 1, number of notes and the notes (offset
 * since the one before, attempts, lonely deaths, age in seconds); two orders of four bits, number of runs and, in
 * exponential Golomb codes of these orders, run lengths from the base on: not done, done - 1, not done - 1, done - 1 ...
 *
 * <p>What cannot be read, or was not written for this partition by this pipeline, means that nothing is known. It is never
 * an error.
 */
public final class CompletionCodec {
    /** What brokers accept by default ({@code offset.metadata.max.bytes}). */
    public static final int MAX_CHARS = 4096;

    static final int VERSION = 1;
    static final int CRC_AT = 3;
    static final int SCOPE_AT = 7;
    static final int BODY_AT = 11;
    static final int MOST_RUNS = 16_384;
    static final int MOST_NOTES = 4_096;

    private static final int MOST_COUNT = 1_000_000;
    private static final long MAX_OFFSET = 1L << 60;

    /**
     * What could be read.
     *
     * @param problem why nothing is known, one line; empty: there is none
     */
    public record Decoded(Completions completions, String problem) {
        private static Decoded nothing(String why) {
            return new Decoded(Completions.NONE, why);
        }
    }

    private CompletionCodec() {}

    /**
     * Reads the metadata of a commit. Never throws.
     *
     * @param committed the offset it came with; nothing below it is of interest
     */
    public static Decoded decode(String metadata, String pipeline, String topic, int partition, long committed) {
        if (metadata.isEmpty()) {
            return Decoded.nothing("");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(metadata);
        } catch (IllegalArgumentException e) {
            return Decoded.nothing("it is not Sluice's");
        }
        if (bytes.length < BODY_AT || bytes[0] != 'S' || bytes[1] != 'L') {
            return Decoded.nothing("it is not Sluice's");
        }
        if (bytes[2] != VERSION) {
            return Decoded.nothing("it has version " + bytes[2] + "; " + VERSION + " is understood");
        }
        if (intAt(bytes, CRC_AT) != crc(bytes, bytes.length)) {
            return Decoded.nothing("its checksum is wrong");
        }
        if (intAt(bytes, SCOPE_AT) != scope(pipeline, topic, partition)) {
            return Decoded.nothing("it was written by another pipeline or for another partition");
        }
        return body(new Bits(bytes, BODY_AT, bytes.length), committed);
    }

    private static Decoded body(Bits in, long committed) {
        long base = in.getVarint();
        long nowS = in.getVarint();
        long epoch = in.getVarint() - 1;
        if (in.broken() || base > committed || epoch > Integer.MAX_VALUE) {
            return Decoded.nothing("it begins at " + base + ", the commit at " + committed);
        }
        Completions.Note[] notes = notes(in, base, nowS, committed);
        long[] ends = ends(in, base);
        if (in.broken()) {
            return Decoded.nothing("it is cut off or damaged");
        }
        return new Decoded(above(committed, ends, notes, (int) epoch), "");
    }

    private static Completions.Note[] notes(Bits in, long base, long nowS, long committed) {
        int count = (int) Math.min(MOST_NOTES + 1L, in.getVarint());
        if (count > MOST_NOTES) {
            in.breakOff();
        }
        Completions.Note[] notes = new Completions.Note[in.broken() ? 0 : count];
        int kept = 0;
        long offset = base;
        for (int i = 0; i < notes.length && !in.broken(); i++) {
            offset += checked(in, in.getVarint());
            int attempts = (int) Math.min(MOST_COUNT, in.getVarint());
            int lonelyDeaths = (int) Math.min(MOST_COUNT, in.getVarint());
            long firstFailedMs = (nowS - Math.min(nowS, in.getVarint())) * 1000;
            if (offset >= committed) {
                notes[kept++] = new Completions.Note(offset, attempts, lonelyDeaths, firstFailedMs);
            }
        }
        return Arrays.copyOf(notes, kept);
    }

    /** Begin and end of every run, in turns. */
    private static long[] ends(Bits in, long base) {
        int openOrder = (int) in.get(4);
        int doneOrder = (int) in.get(4);
        int count = (int) Math.min(MOST_RUNS + 1L, in.getVarint());
        if (count > MOST_RUNS) {
            in.breakOff();
        }
        long[] ends = new long[in.broken() ? 0 : 2 * count];
        long offset = base;
        for (int i = 0; i < ends.length && !in.broken(); i += 2) {
            offset += checked(in, in.getGolomb(openOrder) + (i == 0 ? 0 : 1));
            ends[i] = offset;
            offset += checked(in, in.getGolomb(doneOrder) + 1);
            ends[i + 1] = offset;
        }
        return ends;
    }

    private static long checked(Bits in, long distance) {
        if (distance > MAX_OFFSET / MOST_RUNS) {
            in.breakOff();
        }
        return in.broken() ? 0 : distance;
    }

    private static Completions above(long committed, long[] ends, Completions.Note[] notes, int leaderEpoch) {
        int first = 0;
        while (first < ends.length && ends[first + 1] <= committed) {
            first += 2;
        }
        int n = (ends.length - first) / 2;
        long[] from = new long[n];
        long[] to = new long[n];
        for (int i = 0; i < n; i++) {
            from[i] = Math.max(committed, ends[first + 2 * i]);
            to[i] = ends[first + 2 * i + 1];
        }
        return new Completions(from, to, notes, leaderEpoch);
    }

    /** Checksum of everything behind the checksum. */
    static int crc(byte[] bytes, int size) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, SCOPE_AT, size - SCOPE_AT);
        return (int) crc.getValue();
    }

    static int scope(String pipeline, String topic, int partition) {
        CRC32C crc = new CRC32C();
        crc.update((pipeline + '\n' + topic + '\n' + partition).getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    private static int intAt(byte[] bytes, int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
    }

    static void putInt(byte[] bytes, int at, int value) {
        for (int i = 0; i < 4; i++) {
            bytes[at + i] = (byte) (value >>> 24 - 8 * i);
        }
    }
}
