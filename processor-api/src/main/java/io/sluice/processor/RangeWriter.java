package io.sluice.processor;

import io.sluice.proto.processor.v1.BatchResult;
import io.sluice.proto.processor.v1.Results;
import io.sluice.proto.processor.v1.Verdict;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds one Results frame from the verdicts of any number of batches, joining neighbours with an equal verdict into
 * one range. Not for several threads.
 */
final class RangeWriter {
    private static final Logger LOG = LoggerFactory.getLogger(RangeWriter.class);
    private static final int DEFAULT_FRAME_BYTES = 4 << 20;
    private static final int MAX_RESULTS_BYTES = 512 << 10;
    /** More than the fixed fields of a range, or of a batch's result, ever take. */
    private static final int RANGE_BYTES = 32;

    private final int maxBytes;
    private final Results.Builder results = Results.newBuilder();
    private BatchResult.Builder batch = BatchResult.newBuilder();
    private int bytes;

    private io.sluice.processor.@Nullable Verdict current;
    private int first;
    private int next;

    /** A writer whose frame stays under a size. */
    RangeWriter(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** A writer for a gateway that takes frames of a size; 0 or less: gRPC's default. */
    static RangeWriter forFrames(int maxFrameBytes) {
        int allowed = maxFrameBytes > 0 ? maxFrameBytes : DEFAULT_FRAME_BYTES;
        return new RangeWriter(Math.min(allowed / 2, MAX_RESULTS_BYTES));
    }

    /** Whether nothing more may be added to this frame. */
    boolean isFull() {
        return bytes >= maxBytes;
    }

    void begin(long batchId) {
        batch = BatchResult.newBuilder().setBatchId(batchId);
        bytes += RANGE_BYTES;
    }

    void add(int index, io.sluice.processor.Verdict verdict) {
        if (index == next && verdict.equals(current)) {
            next++;
            return;
        }
        endRange();
        current = verdict;
        first = index;
        next = index + 1;
        bytes += RANGE_BYTES + 3 * (verdict.code().length() + verdict.reason().length());
    }

    /** One verdict for all records of a batch that nothing was added of yet. */
    void addAll(int count, io.sluice.processor.Verdict verdict) {
        add(0, verdict);
        next = count;
    }

    void end() {
        endRange();
        if (batch.getVerdictsCount() > 0) {
            results.addBatches(batch);
        }
    }

    boolean isEmpty() {
        return results.getBatchesCount() == 0;
    }

    Results build() {
        return results.build();
    }

    private void endRange() {
        io.sluice.processor.Verdict verdict = current;
        if (verdict == null) {
            return;
        }
        current = null;
        Verdict message = Wire.verdict(verdict, first, next - first).build();
        next = -1;
        if (!verdict.headers().isEmpty()) {
            message = fit(message, verdict);
        }
        batch.addVerdicts(message);
    }

    /** A verdict that fits into no frame would never reach the gateway: the record would come again for ever. */
    private Verdict fit(Verdict message, io.sluice.processor.Verdict verdict) {
        int size = message.getSerializedSize();
        if (size > maxBytes / 2) {
            LOG.atWarn()
                    .addKeyValue("code", verdict.code())
                    .addKeyValue("bytes", size)
                    .addKeyValue("limit", maxBytes / 2)
                    .log("headers of a REJECT are too large for a frame: left out, the record is still rejected");
            return message.toBuilder().clearHeaders().build();
        }
        bytes += size;
        return message;
    }
}
