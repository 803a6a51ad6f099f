package io.sluice.ingest.delivery;

import io.sluice.ingest.delivery.DeliveryStats.Violation;
import java.util.Arrays;
import java.util.List;

/**
 * Examines a whole results frame before any of it is applied, so that an invalid frame resolves nothing. What is
 * valid is left in {@link Batch#staged}.
 */
final class ResultsCheck {
    /** What was wrong with a frame. {@code text} names batch and index, for the processor's author. */
    record Fault(Violation violation, String text) {}

    private ResultsCheck() {}

    /** Whether an outcome stops its group. */
    static boolean stops(byte code) {
        return code == Outcome.RETRY.code || code == Outcome.RELEASE.code;
    }

    /** Stages every verdict of the frame that concerns an open record; null: the frame is valid. */
    static Fault stage(StreamState stream, List<BatchVerdicts> frame) {
        for (BatchVerdicts verdicts : frame) {
            Fault fault = stageBatch(stream, verdicts);
            if (fault != null) {
                unstage(stream, frame);
                return fault;
            }
        }
        return null;
    }

    private static Fault stageBatch(StreamState stream, BatchVerdicts verdicts) {
        long id = verdicts.batchId();
        Batch batch = stream.batches.get(id);
        if (batch == null) {
            return id > 0 && id < stream.nextBatchId
                    ? null
                    : new Fault(Violation.UNKNOWN_BATCH, "batch " + id + " was never sent on this stream");
        }
        for (VerdictRange range : verdicts.verdicts()) {
            Fault fault = stageRange(batch, range);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    private static Fault stageRange(Batch batch, VerdictRange range) {
        if (range.outcome() == null) {
            return fault(
                    batch,
                    range.first(),
                    Violation.OUTCOME_UNSPECIFIED,
                    "outcome is unspecified or unknown; " + "allowed are ACK, RETRY, REJECT, RELEASE");
        }
        if (range.count() <= 0) {
            return fault(batch, range.first(), Violation.EMPTY_RANGE, "count is " + range.count() + "; at least 1");
        }
        long end = (long) range.first() + range.count();
        if (range.first() < 0 || end > batch.size()) {
            return fault(
                    batch,
                    range.first(),
                    Violation.INDEX_RANGE,
                    "the range ends at " + (end - 1) + "; the batch has records 0 to " + (batch.size() - 1));
        }
        for (int i = range.first(); i < end; i++) {
            if (batch.outcomes[i] != Batch.OPEN || batch.staged[i] != Batch.OPEN) {
                continue;
            }
            if (!batch.firstOfGroup(i)) {
                byte before = batch.outcomes[i - 1] != Batch.OPEN ? batch.outcomes[i - 1] : batch.staged[i - 1];
                if (before == Batch.OPEN) {
                    return fault(
                            batch,
                            i,
                            Violation.GROUP_ORDER,
                            range.outcome() + " before record " + (i - 1) + " of the same group has a verdict");
                }
                if (stops(before) && range.outcome() != Outcome.RELEASE) {
                    return fault(
                            batch,
                            i,
                            Violation.GROUP_FAILED,
                            range.outcome() + " after RETRY or RELEASE in the "
                                    + "same group; only RELEASE may follow");
                }
            }
            batch.staged[i] = range.outcome().code;
        }
        return null;
    }

    private static Fault fault(Batch batch, int index, Violation violation, String text) {
        return new Fault(violation, "batch " + batch.id + " record " + Integer.toUnsignedString(index) + ": " + text);
    }

    private static void unstage(StreamState stream, List<BatchVerdicts> frame) {
        for (BatchVerdicts verdicts : frame) {
            Batch batch = stream.batches.get(verdicts.batchId());
            if (batch != null) {
                Arrays.fill(batch.staged, Batch.OPEN);
            }
        }
    }
}
