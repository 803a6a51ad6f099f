package io.sluice.devkit.oracle;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One line of a log. All times are milliseconds of the wall clock, which all processes of a run share.
 *
 * <p>A line is a JSON object; {@code l} says which log it belongs to. Keys stay as they are: logs are read by later versions.
 *
 * <table>
 * <caption>Keys</caption>
 * <tr><th>log</th><th>keys</th></tr>
 * <tr><td>P</td><td>t, tp topic, p partition, o offset, k key, n key sequence, u uid, s sha, r result</td></tr>
 * <tr><td>D</td><td>t, pr processor, g gateway, st stream, b batch, i index, gr group, a attempt, tp, p, o, k, u, s</td></tr>
 * <tr><td>A</td><td>t, pr, g, st, b, f first, c count, v verdict, ra retry after, w wide (1 or absent)</td></tr>
 * <tr><td>C</td><td>t, gp consumer group, tp, p, o, m metadata</td></tr>
 * <tr><td>O</td><td>t, tp, p, o, otp origin topic, op origin partition, oo origin offset, ca cause, at attempts, s</td></tr>
 * <tr><td>E</td><td>t, ki kind, w who, d detail</td></tr>
 * </table>
 *
 * <p>D and A of one processor are in one file, and their order in it is the order in which things happened.
 */
public sealed interface LogRecord {
    /** When, in milliseconds of the wall clock. */
    long t();

    /** What the producer knows of a record. */
    enum Result {
        /** The broker confirmed it. */
        OK,
        /** It is certain that it was not written, or it belongs to a transaction that was aborted. */
        FAIL,
        /** It may or may not have been written: a timeout, a lost answer. */
        INFO
    }

    /** What a processor said of records. */
    enum Verdict {
        ACK,
        RETRY,
        REJECT,
        RELEASE
    }

    /**
     * P: a record was produced. Written when the broker's answer is there.
     *
     * @param offset -1 unless {@link Result#OK}
     * @param key null for none
     * @param keySeq number of the record among those of its key, from 0
     * @param uid identity of the record, carried inside it, unique in the run
     * @param sha {@link #sha} of the value
     */
    record Produced(
            long t,
            String topic,
            int partition,
            long offset,
            @Nullable String key,
            long keySeq,
            String uid,
            String sha,
            Result result)
            implements LogRecord {}

    /**
     * D: a processor received a record. Written, and flushed, before the record is worked on.
     *
     * @param processor name of the process and its incarnation: never used twice
     * @param gateway the gateway's id as its hello says, which contains the lane
     * @param stream identity of the stream, unique within the processor
     * @param index place in the batch, from 0
     * @param key as in {@link Produced}
     */
    record Delivered(
            long t,
            String processor,
            String gateway,
            String stream,
            long batch,
            int index,
            int group,
            int attempt,
            String topic,
            int partition,
            long offset,
            @Nullable String key,
            String uid,
            String sha)
            implements LogRecord {}

    /**
     * A: a processor gives a verdict on a range of a batch. Written, and flushed, before it is sent.
     *
     * @param first index of the first record in its batch
     * @param count number of records
     * @param retryAfterMs what the verdict asks for; -1: nothing
     * @param wide whether a RETRY holds the partition or the pipeline, which counts no attempt
     */
    record Answered(
            long t,
            String processor,
            String gateway,
            String stream,
            long batch,
            int first,
            int count,
            Verdict verdict,
            long retryAfterMs,
            boolean wide)
            implements LogRecord {}

    /**
     * C: a consumer group's offset was committed, as read from {@code __consumer_offsets}, in the order of that log.
     *
     * @param t when the broker appended it
     * @param offset the next offset to be read
     */
    record Committed(long t, String group, String topic, int partition, long offset, String metadata)
            implements LogRecord {}

    /**
     * O: a record is in a dead-letter, retry or output topic, as read with {@code read_committed}.
     *
     * @param t when the broker appended it
     * @param topic where it was found, with {@code partition} and {@code offset}
     * @param cause why it was dead-lettered; empty: not a dead letter
     * @param attempts attempts that were counted; -1: not said
     * @param sha {@link #sha} of its value
     */
    record Outcome(
            long t,
            String topic,
            int partition,
            long offset,
            String origTopic,
            int origPartition,
            long origOffset,
            String cause,
            int attempts,
            String sha)
            implements LogRecord {}

    /**
     * E: something happened to a process, see {@link EventKind} for those that rules know; others are kept as marks in time.
     *
     * @param kind what
     * @param who to which process; for partitions, the gateway's id as in {@link Delivered#gateway}
     * @param detail for partitions: {@code topic-partition@number} separated by commas
     */
    record Event(long t, String kind, String who, String detail) implements LogRecord {}

    /** SHA-256 of a value, its first 16 bytes in hex; empty for null. */
    static String sha(byte @Nullable [] value) {
        if (value == null) {
            return "";
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(value);
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A key as logs have it: UTF-8 text; null for none. Bytes that are no text come out changed but the same each time. */
    static @Nullable String key(byte @Nullable [] key) {
        return key == null ? null : new String(key, StandardCharsets.UTF_8);
    }
}
