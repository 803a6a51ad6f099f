package io.sluice.ingest.publish;

import io.sluice.ingest.delivery.DeadLetter;
import io.sluice.ingest.delivery.Entry;
import io.sluice.ingest.delivery.Header;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as a Kafka record: key, value, headers and timestamp as they came, then ours, which are UTF-8
 * strings. Headers that came with our names cannot be trusted and are renamed. Pure.
 */
final class DeadLetterRecord {
    static final String UNTRUSTED = "x-untrusted-";
    static final String KIP = "__dlq.errors.";
    static final String OURS = "sluice.dlq.";
    static final String CUSTOM = OURS + "x.";

    private static final int REASON_BYTES = 1000;
    private static final int SHORT_REASON_BYTES = 100;
    private static final int NAME_BYTES = 200;

    /** How much of a letter is written; each is smaller than the one before. */
    enum Form {
        FULL,
        WITHOUT_CUSTOM_HEADERS,
        SHORT_REASON;

        @Nullable
        Form smaller() {
            return this == FULL ? WITHOUT_CUSTOM_HEADERS : this == WITHOUT_CUSTOM_HEADERS ? SHORT_REASON : null;
        }
    }

    private final String topic;
    private final String group;
    private final String pipeline;

    DeadLetterRecord(String topic, String group, String pipeline) {
        this.topic = topic;
        this.group = group;
        this.pipeline = pipeline;
    }

    /**
     * @param nowNs on the lane's clock
     * @param now the same moment on the wall clock
     * @param keepTimestamp false: the topic refuses the original's, which then goes into a header
     */
    ProducerRecord<byte[], byte[]> of(DeadLetter letter, Form form, boolean keepTimestamp, long nowNs, Instant now) {
        Entry entry = letter.entry();
        Headers headers = new RecordHeaders();
        for (Header header : entry.headers()) {
            boolean reserved = header.name().startsWith(KIP) || header.name().startsWith(OURS);
            headers.add(new RecordHeader(reserved ? UNTRUSTED + header.name() : header.name(), header.value()));
        }
        addKafkas(headers, letter, form);
        addOurs(headers, letter, form, nowNs, now);
        if (form == Form.FULL) {
            for (Header header : letter.headers()) {
                String name = new String(Texts.utf8(header.name(), NAME_BYTES), StandardCharsets.UTF_8);
                headers.add(new RecordHeader(CUSTOM + name, header.value()));
            }
        }
        boolean timed = entry.timestampMs() >= 0;
        if (timed && !keepTimestamp) {
            add(headers, OURS + "timestamp", Long.toString(entry.timestampMs()));
        }
        Long timestamp = timed && keepTimestamp ? entry.timestampMs() : null;
        return new ProducerRecord<>(topic, null, timestamp, entry.key(), entry.value(), headers);
    }

    /** The names that Kafka's share groups use for theirs. */
    private void addKafkas(Headers headers, DeadLetter letter, Form form) {
        Entry entry = letter.entry();
        add(headers, KIP + "topic", entry.topic());
        add(headers, KIP + "partition", Integer.toString(entry.partitionNumber()));
        add(headers, KIP + "offset", Long.toString(entry.offset()));
        add(headers, KIP + "group", group);
        add(headers, KIP + "delivery.count", Integer.toString(entry.deliveries()));
        headers.add(new RecordHeader(KIP + "message", reason(letter, form)));
    }

    private void addOurs(Headers headers, DeadLetter letter, Form form, long nowNs, Instant now) {
        Entry entry = letter.entry();
        add(headers, OURS + "pipeline", pipeline);
        add(headers, OURS + "cause", letter.cause().name());
        headers.add(new RecordHeader(OURS + "code", Texts.utf8(letter.code(), NAME_BYTES)));
        headers.add(new RecordHeader(OURS + "reason", reason(letter, form)));
        add(headers, OURS + "attempts", Integer.toString(entry.attempts()));
        add(headers, OURS + "deliveries", Integer.toString(entry.deliveries()));
        headers.add(new RecordHeader(OURS + "processor", Texts.utf8(letter.processor(), NAME_BYTES)));
        long firstNs = entry.firstFailedNs() == 0 ? letter.failedNs() : entry.firstFailedNs();
        add(headers, OURS + "first-failed-at", at(firstNs, nowNs, now));
        add(headers, OURS + "failed-at", at(letter.failedNs(), nowNs, now));
        add(headers, OURS + "redrives", "0");
    }

    private static byte[] reason(DeadLetter letter, Form form) {
        return Texts.utf8(letter.reason(), form == Form.SHORT_REASON ? SHORT_REASON_BYTES : REASON_BYTES);
    }

    /** ISO 8601 in UTC, milliseconds. */
    private static String at(long thenNs, long nowNs, Instant now) {
        Instant then = now.minusNanos(nowNs - thenNs);
        return Instant.ofEpochMilli(then.toEpochMilli()).toString();
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8)));
    }
}
