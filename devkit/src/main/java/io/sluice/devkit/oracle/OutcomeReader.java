package io.sluice.devkit.oracle;

import io.sluice.devkit.kafka.Topics;
import io.sluice.devkit.oracle.LogRecord.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a dead-letter, retry or output topic holds, committed transactions only.
 *
 * <p>Make the topic with {@code message.timestamp.type=LogAppendTime}: only then is it known when a letter was written. Otherwise its
 * {@code sluice.dlq.failed-at} header stands in, which is earlier: a commit shortly before the letter goes unnoticed.
 */
public final class OutcomeReader {
    private static final String KIP = "__dlq.errors.";
    private static final String OURS = "sluice.dlq.";

    private OutcomeReader() {}

    /**
     * Gives all records so far to {@code sink}.
     *
     * @param bootstrapServers a listener that no fault touches
     * @throws IllegalStateException if nothing is read for 60 s, or a record does not say where it comes from and when
     */
    public static void read(String bootstrapServers, String topic, Consumer<? super Outcome> sink) {
        Topics.forEach(bootstrapServers, topic, message -> sink.accept(outcome(message)));
    }

    private static Outcome outcome(ConsumerRecord<byte[], byte[]> message) {
        try {
            String attempts = text(message, OURS + "attempts");
            String cause = text(message, OURS + "cause");
            return new Outcome(
                    written(message),
                    message.topic(),
                    message.partition(),
                    message.offset(),
                    needed(message, KIP + "topic"),
                    Integer.parseInt(needed(message, KIP + "partition")),
                    Long.parseLong(needed(message, KIP + "offset")),
                    cause == null ? "" : cause,
                    attempts == null ? -1 : Integer.parseInt(attempts),
                    LogRecord.sha(message.value()));
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new IllegalStateException(
                    message.topic() + "-" + message.partition() + "@" + message.offset() + ": " + e.getMessage(), e);
        }
    }

    private static long written(ConsumerRecord<byte[], byte[]> message) {
        return message.timestampType() == TimestampType.LOG_APPEND_TIME
                ? message.timestamp()
                : Instant.parse(needed(message, OURS + "failed-at")).toEpochMilli();
    }

    private static String needed(ConsumerRecord<byte[], byte[]> message, String name) {
        String text = text(message, name);
        if (text == null) {
            throw new IllegalArgumentException("no header " + name);
        }
        return text;
    }

    private static @Nullable String text(ConsumerRecord<byte[], byte[]> message, String name) {
        Header header = message.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
