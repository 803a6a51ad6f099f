package io.sluice.devkit.demo;

import io.sluice.devkit.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Reads the dead-letter topic. */
final class DeadLetters {
    private DeadLetters() {}

    /** All dead letters there are now; the records' bodies are dropped. */
    static List<Letter> read(String bootstrapServers, String topic) {
        List<Letter> letters = new ArrayList<>();
        Topics.forEach(bootstrapServers, topic, found -> letters.add(letter(found)));
        return letters;
    }

    private static Letter letter(ConsumerRecord<byte[], byte[]> found) {
        try {
            return new Letter(
                    Integer.parseInt(header(found, "__dlq.errors.partition")),
                    Long.parseLong(header(found, "__dlq.errors.offset")),
                    header(found, "sluice.dlq.code"),
                    header(found, "sluice.dlq.cause"),
                    header(found, "sluice.dlq.reason"));
        } catch (NumberFormatException e) {
            throw new IllegalStateException(
                    "dead letter " + found.topic() + "-" + found.partition() + "@" + found.offset()
                            + ": its headers do not say where the record came from",
                    e);
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> found, String name) {
        Header header = found.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
