package io.sluice.ingest.stream;

import com.google.protobuf.ByteString;
import io.sluice.ingest.delivery.BatchVerdicts;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.Outcome;
import io.sluice.ingest.delivery.Scope;
import io.sluice.ingest.delivery.VerdictRange;
import io.sluice.proto.processor.v1.BatchResult;
import io.sluice.proto.processor.v1.Results;
import io.sluice.proto.processor.v1.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Results frames to verdicts. What is only for people is cut to size; what decides a record's fate must be right. */
final class ResultsCodec {
    static final int CODE_BYTES = 100;
    static final int REASON_BYTES = 1000;
    static final long LONGEST_RETRY_NS = TimeUnit.DAYS.toNanos(1);

    /** Headers of a verdict beyond these are left out: they ride on the dead letter, which has limits of its own. */
    static final int MOST_HEADERS = 32;

    static final int HEADERS_BYTES = 8 << 10;
    static final int HEADER_NAME_BYTES = 200;

    private ResultsCodec() {}

    static List<BatchVerdicts> decode(Results results) throws BadFrame {
        int count = results.getBatchesCount();
        FrameCodec.checkCount(count, "results.batches");
        int verdicts = 0;
        for (int i = 0; i < count; i++) {
            verdicts = Math.min(
                    Integer.MAX_VALUE / 2, verdicts + results.getBatches(i).getVerdictsCount());
        }
        FrameCodec.checkCount(verdicts, "verdicts of results");
        List<BatchVerdicts> out = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            FrameCodec.checkBatchId(results.getBatches(i).getBatchId(), "results.batches[" + i + "].batch_id");
            out.add(batch(results.getBatches(i)));
        }
        return out;
    }

    private static BatchVerdicts batch(BatchResult result) throws BadFrame {
        long id = result.getBatchId();
        if (result.getOutputsCount() > 0) {
            throw new BadFrame(
                    FrameFault.OUTPUT_UNDECLARED,
                    "batch " + id + " output 0 is named \""
                            + Text.clean(result.getOutputs(0).getName(), CODE_BYTES)
                            + "\"; the pipeline has no outputs");
        }
        int count = result.getVerdictsCount();
        List<VerdictRange> verdicts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            verdicts.add(verdict(result.getVerdicts(i), id, i));
        }
        return new BatchVerdicts(id, verdicts);
    }

    private static VerdictRange verdict(Verdict verdict, long batch, int index) throws BadFrame {
        int first = verdict.getFirst();
        int count = verdict.getCount();
        if (first < 0 || count < 0 || first > Integer.MAX_VALUE - count) {
            throw bad(
                    FrameFault.INDEX_RANGE,
                    batch,
                    index,
                    "first " + Integer.toUnsignedString(first) + " and count " + Integer.toUnsignedString(count)
                            + " are beyond any batch");
        }
        Outcome outcome = outcome(verdict);
        if (outcome == null) {
            throw bad(
                    FrameFault.OUTCOME_UNSPECIFIED,
                    batch,
                    index,
                    "outcome is " + verdict.getOutcomeValue()
                            + "; allowed are ACK (1), RETRY (2), REJECT (3) and RELEASE (4)");
        }
        Scope scope = scope(verdict);
        if (scope == null) {
            throw bad(
                    FrameFault.SCOPE_UNKNOWN,
                    batch,
                    index,
                    "scope is " + verdict.getScopeValue()
                            + "; allowed are RECORD (1), PARTITION (2), PIPELINE (3), or none");
        }
        return new VerdictRange(
                first,
                count,
                outcome,
                Text.clean(verdict.getCode(), CODE_BYTES),
                Text.clean(verdict.getReason(), REASON_BYTES),
                retryAfter(verdict, batch, index),
                scope,
                outcome == Outcome.REJECT ? headers(verdict) : Header.NONE);
    }

    private static @Nullable Outcome outcome(Verdict verdict) {
        return switch (verdict.getOutcome()) {
            case OUTCOME_ACK -> Outcome.ACK;
            case OUTCOME_RETRY -> Outcome.RETRY;
            case OUTCOME_REJECT -> Outcome.REJECT;
            case OUTCOME_RELEASE -> Outcome.RELEASE;
            case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> null;
        };
    }

    private static @Nullable Scope scope(Verdict verdict) {
        return switch (verdict.getScope()) {
            case SCOPE_UNSPECIFIED, SCOPE_RECORD -> Scope.RECORD;
            case SCOPE_PARTITION -> Scope.PARTITION;
            case SCOPE_PIPELINE -> Scope.PIPELINE;
            case UNRECOGNIZED -> null;
        };
    }

    private static long retryAfter(Verdict verdict, long batch, int index) throws BadFrame {
        if (!verdict.hasRetryAfter()) {
            return -1;
        }
        String where = "batch " + batch + " verdict " + index + ": retry_after";
        return Math.min(LONGEST_RETRY_NS, Durations.toNanos(verdict.getRetryAfter(), where));
    }

    private static Header[] headers(Verdict verdict) {
        int count = verdict.getHeadersCount();
        if (count == 0) {
            return Header.NONE;
        }
        List<Header> kept = new ArrayList<>(Math.min(count, MOST_HEADERS));
        int room = HEADERS_BYTES;
        for (int i = 0; i < count && kept.size() < MOST_HEADERS; i++) {
            io.sluice.proto.processor.v1.Header header = verdict.getHeaders(i);
            String name = Text.clean(header.getName(), HEADER_NAME_BYTES);
            ByteString value = header.getValue();
            int size = name.length() + value.size();
            if (size <= room) {
                room -= size;
                kept.add(new Header(name, header.hasValue() ? value.toByteArray() : null));
            }
        }
        return kept.toArray(Header.NONE);
    }

    private static BadFrame bad(FrameFault fault, long batch, int index, String text) {
        return new BadFrame(fault, "batch " + batch + " verdict " + index + ": " + text);
    }
}
