package io.sluice.processor;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.sluice.proto.processor.v1.Credit;
import io.sluice.proto.processor.v1.Outcome;
import io.sluice.proto.processor.v1.ProcessorHello;
import io.sluice.proto.processor.v1.Scope;
import io.sluice.proto.processor.v1.Verdict;

/** Translates between the SDK's values and the contract's messages. */
final class Wire {
    private Wire() {}

    static Verdict.Builder verdict(io.sluice.processor.Verdict verdict, int first, int count) {
        Verdict.Builder out =
                Verdict.newBuilder().setFirst(first).setCount(count).setOutcome(outcome(verdict.outcome()));
        if (verdict.code().isEmpty()) {
            return out;
        }
        out.setCode(verdict.code()).setReason(verdict.reason());
        if (verdict.retryAfter() != null) {
            out.setRetryAfter(duration(verdict.retryAfter()));
        }
        if (verdict.scope() != io.sluice.processor.Scope.RECORD) {
            out.setScope(scope(verdict.scope()));
        }
        verdict.headers().forEach(h -> out.addHeaders(header(h)));
        return out;
    }

    static ProcessorHello hello(Settings settings, int protocol) {
        return ProcessorHello.newBuilder()
                .setMinProtocol(protocol)
                .setMaxProtocol(protocol)
                .setName(settings.name())
                .setVersion(settings.version())
                .setInstanceId(settings.instanceId())
                .setMaxFrameBytes(settings.maxFrameBytes())
                .setCredit(Credit.newBuilder()
                        .setMaxOutstandingRecords(settings.creditRecords())
                        .setMaxOutstandingBytes(settings.creditBytes()))
                .build();
    }

    static Duration duration(long ns) {
        return duration(java.time.Duration.ofNanos(ns));
    }

    static Duration duration(java.time.Duration time) {
        return Duration.newBuilder()
                .setSeconds(time.getSeconds())
                .setNanos(time.getNano())
                .build();
    }

    /** In nanoseconds; what does not fit counts as the longest time there is, what is negative as none. */
    static long nanos(Duration time) {
        if (time.getSeconds() < 0 || time.getNanos() < 0) {
            return 0;
        }
        long limit = Long.MAX_VALUE / 4;
        return time.getSeconds() >= limit / 1_000_000_000L
                ? limit
                : time.getSeconds() * 1_000_000_000L + time.getNanos();
    }

    static io.sluice.proto.processor.v1.Header header(Header header) {
        io.sluice.proto.processor.v1.Header.Builder out =
                io.sluice.proto.processor.v1.Header.newBuilder().setName(header.name());
        byte[] value = header.value();
        if (value != null) {
            out.setValue(ByteString.copyFrom(value));
        }
        return out.build();
    }

    static Record record(io.sluice.proto.processor.v1.Record message) {
        return Record.ofParts(
                message.getTopic(),
                message.getPartition(),
                message.getOffset(),
                message.getTimestampMs(),
                timestampType(message.getTimestampTypeValue()),
                message.hasKey() ? message.getKey().toByteArray() : null,
                message.hasValue() ? message.getValue().toByteArray() : null,
                message.getHeadersList().stream()
                        .map(h -> Header.owning(
                                h.getName(), h.hasValue() ? h.getValue().toByteArray() : null))
                        .toList(),
                message.getGroup(),
                message.getAttempt());
    }

    /** By its number; one of a later version of the contract counts as unknown. */
    static TimestampType timestampType(int number) {
        return switch (number) {
            case io.sluice.proto.processor.v1.TimestampType.TIMESTAMP_TYPE_CREATE_TIME_VALUE ->
                TimestampType.CREATE_TIME;
            case io.sluice.proto.processor.v1.TimestampType.TIMESTAMP_TYPE_LOG_APPEND_TIME_VALUE ->
                TimestampType.LOG_APPEND_TIME;
            default -> TimestampType.NONE;
        };
    }

    private static Outcome outcome(io.sluice.processor.Outcome outcome) {
        return switch (outcome) {
            case ACK -> Outcome.OUTCOME_ACK;
            case RETRY -> Outcome.OUTCOME_RETRY;
            case REJECT -> Outcome.OUTCOME_REJECT;
            case RELEASE -> Outcome.OUTCOME_RELEASE;
        };
    }

    private static Scope scope(io.sluice.processor.Scope scope) {
        return switch (scope) {
            case RECORD -> Scope.SCOPE_RECORD;
            case PARTITION -> Scope.SCOPE_PARTITION;
            case PIPELINE -> Scope.SCOPE_PIPELINE;
        };
    }
}
