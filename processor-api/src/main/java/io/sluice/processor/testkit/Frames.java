package io.sluice.processor.testkit;

import com.google.protobuf.ByteString;
import io.sluice.processor.Header;
import io.sluice.processor.Record;
import io.sluice.processor.Scope;
import io.sluice.processor.TimestampType;
import io.sluice.processor.Verdict;
import io.sluice.proto.processor.v1.Ordering;
import java.time.Duration;
import java.util.List;

/** Translates between the SDK's values and the contract's messages, from the gateway's side. */
final class Frames {
    private Frames() {}

    static io.sluice.proto.processor.v1.Record record(Record record, int group) {
        var out = io.sluice.proto.processor.v1.Record.newBuilder()
                .setTopic(record.topic())
                .setPartition(record.partition())
                .setOffset(record.offset())
                .setTimestampMs(record.timestampMs())
                .setTimestampType(timestampType(record.timestampType()))
                .setGroup(group)
                .setAttempt(record.attempt());
        byte[] key = record.key();
        if (key != null) {
            out.setKey(ByteString.copyFrom(key));
        }
        byte[] value = record.value();
        if (value != null) {
            out.setValue(ByteString.copyFrom(value));
        }
        record.headers().forEach(h -> out.addHeaders(header(h)));
        return out.build();
    }

    private static io.sluice.proto.processor.v1.Header header(Header header) {
        var out = io.sluice.proto.processor.v1.Header.newBuilder().setName(header.name());
        byte[] value = header.value();
        return value == null
                ? out.build()
                : out.setValue(ByteString.copyFrom(value)).build();
    }

    private static io.sluice.proto.processor.v1.TimestampType timestampType(TimestampType type) {
        return switch (type) {
            case NONE -> io.sluice.proto.processor.v1.TimestampType.TIMESTAMP_TYPE_UNSPECIFIED;
            case CREATE_TIME -> io.sluice.proto.processor.v1.TimestampType.TIMESTAMP_TYPE_CREATE_TIME;
            case LOG_APPEND_TIME -> io.sluice.proto.processor.v1.TimestampType.TIMESTAMP_TYPE_LOG_APPEND_TIME;
        };
    }

    static Ordering ordering(Grouping grouping) {
        return switch (grouping) {
            case BY_KEY -> Ordering.ORDERING_KEY;
            case BY_PARTITION -> Ordering.ORDERING_PARTITION;
            case NONE -> Ordering.ORDERING_NONE;
        };
    }

    static Verdict verdict(io.sluice.proto.processor.v1.Verdict verdict) {
        return switch (verdict.getOutcome()) {
            case OUTCOME_ACK -> Verdict.ack();
            case OUTCOME_RELEASE -> Verdict.release();
            case OUTCOME_REJECT -> Verdict.reject(verdict.getCode(), verdict.getReason(), headers(verdict));
            case OUTCOME_RETRY -> retry(verdict);
            case OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
                throw new AssertionError("the processor sent an outcome that is not in the contract");
        };
    }

    private static List<Header> headers(io.sluice.proto.processor.v1.Verdict verdict) {
        return verdict.getHeadersList().stream()
                .map(h -> Header.of(h.getName(), h.hasValue() ? h.getValue().toByteArray() : null))
                .toList();
    }

    private static Verdict retry(io.sluice.proto.processor.v1.Verdict verdict) {
        Verdict retry = Verdict.retry(verdict.getCode(), verdict.getReason())
                .withScope(
                        switch (verdict.getScope()) {
                            case SCOPE_PARTITION -> Scope.PARTITION;
                            case SCOPE_PIPELINE -> Scope.PIPELINE;
                            default -> Scope.RECORD;
                        });
        return verdict.hasRetryAfter()
                ? retry.withRetryAfter(Duration.ofSeconds(
                        verdict.getRetryAfter().getSeconds(),
                        verdict.getRetryAfter().getNanos()))
                : retry;
    }
}
