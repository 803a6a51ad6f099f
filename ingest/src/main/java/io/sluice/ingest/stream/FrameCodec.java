package io.sluice.ingest.stream;

import io.sluice.ingest.delivery.StreamPort;
import io.sluice.ingest.ring.Reply;
import io.sluice.proto.processor.v1.Credit;
import io.sluice.proto.processor.v1.Drain;
import io.sluice.proto.processor.v1.Extend;
import io.sluice.proto.processor.v1.ProcessorFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Processor frames after the hello, to replies for the lane. Judges what can be judged from the frame alone; a frame
 * is refused whole.
 */
final class FrameCodec {
    /** Most batches, verdicts or batch ids of one frame: bounds what a small frame can make the lane do. */
    static final int MOST_ITEMS = 100_000;

    private static final int REASON_BYTES = 1000;

    private FrameCodec() {}

    static Reply decode(ProcessorFrame frame, StreamPort stream) throws BadFrame {
        return switch (frame.getFrameCase()) {
            case CREDIT -> credit(frame.getCredit(), stream);
            case RESULTS -> new Reply.Results(stream, ResultsCodec.decode(frame.getResults()));
            case EXTEND -> extend(frame.getExtend(), stream);
            case DRAIN -> drain(frame.getDrain(), stream);
            case HELLO ->
                throw new BadFrame(
                        FrameFault.SECOND_HELLO, "a second hello; a stream begins with one and has no other");
            case FRAME_NOT_SET ->
                throw new BadFrame(
                        FrameFault.FRAME_EMPTY,
                        "a frame without content; allowed are credit, results, extend and drain");
        };
    }

    /** The kind of a frame as in the contract, such as {@code results}. */
    static String nameOf(ProcessorFrame frame) {
        return frame.getFrameCase().name().toLowerCase(Locale.ROOT);
    }

    /** {@code where} names the field, for the text. */
    static void checkCredit(Credit credit, String where) throws BadFrame {
        if (credit.getMaxOutstandingRecords() < 0) {
            throw new BadFrame(
                    FrameFault.CREDIT_RANGE,
                    where + ".max_outstanding_records is "
                            + Integer.toUnsignedString(credit.getMaxOutstandingRecords()) + "; allowed are 0 to "
                            + Integer.MAX_VALUE);
        }
        if (credit.getMaxOutstandingBytes() < 0) {
            throw new BadFrame(
                    FrameFault.CREDIT_RANGE,
                    where + ".max_outstanding_bytes is " + Long.toUnsignedString(credit.getMaxOutstandingBytes())
                            + "; allowed are 0 (no limit) to " + Long.MAX_VALUE);
        }
    }

    static void checkBatchId(long id, String where) throws BadFrame {
        if (id <= 0) {
            throw new BadFrame(
                    FrameFault.BATCH_ID_RANGE,
                    where + " is " + Long.toUnsignedString(id) + "; batch ids are 1 to " + Long.MAX_VALUE);
        }
    }

    static void checkCount(int count, String what) throws BadFrame {
        if (count > MOST_ITEMS) {
            throw new BadFrame(
                    FrameFault.TOO_MANY, what + ": " + count + " in one frame; at most " + MOST_ITEMS + " make sense");
        }
    }

    private static Reply credit(Credit credit, StreamPort stream) throws BadFrame {
        checkCredit(credit, "credit");
        return new Reply.CreditLevel(stream, credit.getMaxOutstandingRecords(), credit.getMaxOutstandingBytes());
    }

    private static Reply extend(Extend extend, StreamPort stream) throws BadFrame {
        int count = extend.getBatchIdsCount();
        checkCount(count, "extend.batch_ids");
        long leaseNs = extend.hasLease() ? Durations.toNanos(extend.getLease(), "extend.lease") : 0;
        List<Long> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            checkBatchId(extend.getBatchIds(i), "extend.batch_ids[" + i + "]");
            ids.add(extend.getBatchIds(i));
        }
        return new Reply.Extend(stream, ids, leaseNs);
    }

    private static Reply drain(Drain drain, StreamPort stream) throws BadFrame {
        long deadlineNs = drain.hasDeadline() ? Durations.toNanos(drain.getDeadline(), "drain.deadline") : 0;
        return new Reply.Draining(stream, deadlineNs, Text.clean(drain.getReason(), REASON_BYTES));
    }
}
