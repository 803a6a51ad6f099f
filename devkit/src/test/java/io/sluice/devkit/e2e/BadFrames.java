package io.sluice.devkit.e2e;

import com.google.protobuf.Duration;
import io.sluice.proto.processor.v1.BatchResult;
import io.sluice.proto.processor.v1.Credit;
import io.sluice.proto.processor.v1.Drain;
import io.sluice.proto.processor.v1.Extend;
import io.sluice.proto.processor.v1.Outcome;
import io.sluice.proto.processor.v1.Output;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorHello;
import io.sluice.proto.processor.v1.Results;
import io.sluice.proto.processor.v1.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * What a processor can get wrong when it answers its first batch: number 1, with records 0 to 2 of one key and 3 to 5 of
 * another.
 */
final class BadFrames {
    private static final byte[] GARBAGE = {(byte) 0xff, (byte) 0xff, (byte) 0xff};
    private static final byte[] CUT_SHORT = {0x1a, 0x10, 0x01};

    private BadFrames() {}

    /**
     * One way of misbehaving.
     *
     * @param settled records that valid frames settle before the bad one
     * @param first sent in place of the hello; otherwise in answer to the batch
     * @param raw what gRPC refuses by itself, so that no GoAway can be said
     * @param frames in order; the last is the bad one
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Case(String name, int settled, boolean first, boolean raw, byte[]... frames) {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        ranges(all);
        groups(all);
        codec(all);
        raw(all);
        first(all);
        return all;
    }

    private static void ranges(List<Case> into) {
        into.add(answer("batch never sent", results(2, verdict(Outcome.OUTCOME_ACK, 0, 1))));
        into.add(answer("batch of another stream", results(77, verdict(Outcome.OUTCOME_ACK, 0, 1))));
        into.add(answer("index beyond the batch", results(1, verdict(Outcome.OUTCOME_ACK, 6, 1))));
        into.add(answer("end beyond the batch", results(1, verdict(Outcome.OUTCOME_ACK, 0, 7))));
        into.add(answer("count 0", results(1, verdict(Outcome.OUTCOME_ACK, 0, 0))));
        into.add(answer("count overflows", results(1, verdict(Outcome.OUTCOME_ACK, 1, Integer.MAX_VALUE))));
        into.add(answer("count negative", results(1, verdict(Outcome.OUTCOME_ACK, 0, -1))));
        into.add(answer("outcome unspecified", results(1, verdict(Outcome.OUTCOME_UNSPECIFIED, 0, 6))));
        into.add(answer(
                "outcome unknown",
                results(1, Verdict.newBuilder().setCount(1).setOutcomeValue(9).build())));
        into.add(answer(
                "all acked, and a batch never sent",
                frame(Results.newBuilder()
                        .addBatches(result(1, verdict(Outcome.OUTCOME_ACK, 0, 6)))
                        .addBatches(result(2, verdict(Outcome.OUTCOME_ACK, 0, 1))))));
        into.add(new Case(
                "count 0 after a key was acked",
                3,
                false,
                false,
                results(1, verdict(Outcome.OUTCOME_ACK, 0, 3)),
                results(1, verdict(Outcome.OUTCOME_ACK, 3, 0))));
    }

    private static void groups(List<Case> into) {
        into.add(answer("verdict before its predecessor", results(1, verdict(Outcome.OUTCOME_ACK, 4, 1))));
        into.add(answer(
                "ACK after RETRY",
                results(1, verdict(Outcome.OUTCOME_RETRY, 0, 1), verdict(Outcome.OUTCOME_ACK, 1, 1))));
        into.add(new Case(
                "ACK after RETRY of an earlier frame",
                0,
                false,
                false,
                results(1, verdict(Outcome.OUTCOME_RETRY, 0, 1)),
                results(1, verdict(Outcome.OUTCOME_ACK, 1, 1))));
        into.add(answer(
                "ACK after RELEASE",
                results(1, verdict(Outcome.OUTCOME_RELEASE, 3, 1), verdict(Outcome.OUTCOME_ACK, 4, 2))));
        into.add(answer(
                "REJECT after RETRY",
                results(1, verdict(Outcome.OUTCOME_RETRY, 3, 1), verdict(Outcome.OUTCOME_REJECT, 4, 1))));
        into.add(answer(
                "REJECT after RELEASE",
                results(1, verdict(Outcome.OUTCOME_RELEASE, 0, 2), verdict(Outcome.OUTCOME_REJECT, 2, 1))));
        into.add(answer("RETRY after RETRY", results(1, verdict(Outcome.OUTCOME_RETRY, 0, 2))));
    }

    private static void codec(List<Case> into) {
        into.add(answer("no frame set", ProcessorFrame.getDefaultInstance().toByteArray()));
        into.add(answer("batch 0", results(0, verdict(Outcome.OUTCOME_ACK, 0, 1))));
        into.add(answer("second hello", hello()));
        into.add(answer("credit overflows in records", credit(-1, 0)));
        into.add(answer("credit overflows in bytes", credit(1, -1)));
        into.add(answer(
                "scope unknown",
                results(
                        1,
                        Verdict.newBuilder()
                                .setCount(1)
                                .setOutcome(Outcome.OUTCOME_RETRY)
                                .setScopeValue(4)
                                .build())));
        into.add(answer(
                "retry in the past",
                results(
                        1,
                        Verdict.newBuilder()
                                .setCount(1)
                                .setOutcome(Outcome.OUTCOME_RETRY)
                                .setRetryAfter(Duration.newBuilder().setSeconds(-1))
                                .build())));
        into.add(answer(
                "output where there is none",
                frame(Results.newBuilder()
                        .addBatches(BatchResult.newBuilder()
                                .setBatchId(1)
                                .addOutputs(Output.newBuilder().setName("alerts"))))));
        into.add(answer(
                "extension of batch 0",
                ProcessorFrame.newBuilder()
                        .setExtend(Extend.newBuilder().addBatchIds(0))
                        .build()
                        .toByteArray()));
        into.add(answer("drain in the past", drain(-1, "")));
    }

    private static void raw(List<Case> into) {
        into.add(new Case("garbage", 0, false, true, GARBAGE));
        into.add(new Case("frame cut short", 0, false, true, CUT_SHORT));
        into.add(new Case("frame above the limit", 0, false, true, drain(1, "x".repeat(5 << 20))));
    }

    private static void first(List<Case> into) {
        into.add(new Case("results before hello", 0, true, false, results(1, verdict(Outcome.OUTCOME_ACK, 0, 1))));
        into.add(new Case("first frame not set", 0, true, false, new byte[0]));
        into.add(new Case(
                "hello of another protocol",
                0,
                true,
                false,
                frame(ProcessorHello.newBuilder().setMinProtocol(2).setMaxProtocol(3))));
        into.add(new Case(
                "hello whose credit overflows",
                0,
                true,
                false,
                frame(ProcessorHello.newBuilder()
                        .setMinProtocol(1)
                        .setMaxProtocol(1)
                        .setCredit(Credit.newBuilder().setMaxOutstandingRecords(-1)))));
    }

    private static Case answer(String name, byte[] frame) {
        return new Case(name, 0, false, false, frame);
    }

    /** A greeting that wants no records yet. */
    static byte[] hello() {
        return frame(ProcessorHello.newBuilder()
                .setMinProtocol(1)
                .setMaxProtocol(1)
                .setName("bad")
                .setInstanceId("bad-1"));
    }

    static byte[] credit(int records, long bytes) {
        return ProcessorFrame.newBuilder()
                .setCredit(Credit.newBuilder().setMaxOutstandingRecords(records).setMaxOutstandingBytes(bytes))
                .build()
                .toByteArray();
    }

    private static byte[] drain(int seconds, String reason) {
        return ProcessorFrame.newBuilder()
                .setDrain(Drain.newBuilder()
                        .setDeadline(Duration.newBuilder().setSeconds(seconds))
                        .setReason(reason))
                .build()
                .toByteArray();
    }

    private static byte[] frame(ProcessorHello.Builder hello) {
        return ProcessorFrame.newBuilder().setHello(hello).build().toByteArray();
    }

    private static byte[] frame(Results.Builder results) {
        return ProcessorFrame.newBuilder().setResults(results).build().toByteArray();
    }

    private static byte[] results(long batch, Verdict... verdicts) {
        return frame(Results.newBuilder().addBatches(result(batch, verdicts)));
    }

    private static BatchResult.Builder result(long batch, Verdict... verdicts) {
        return BatchResult.newBuilder().setBatchId(batch).addAllVerdicts(List.of(verdicts));
    }

    private static Verdict verdict(Outcome outcome, int first, int count) {
        return Verdict.newBuilder()
                .setFirst(first)
                .setCount(count)
                .setOutcome(outcome)
                .build();
    }
}
