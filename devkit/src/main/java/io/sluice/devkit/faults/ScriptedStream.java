package io.sluice.devkit.faults;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.sluice.devkit.faults.ProcessorJournal.Range;
import io.sluice.devkit.oracle.LogRecord;
import io.sluice.proto.processor.v1.Batch;
import io.sluice.proto.processor.v1.BatchResult;
import io.sluice.proto.processor.v1.Credit;
import io.sluice.proto.processor.v1.Drain;
import io.sluice.proto.processor.v1.Extend;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.Outcome;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorHello;
import io.sluice.proto.processor.v1.Record;
import io.sluice.proto.processor.v1.Results;
import io.sluice.proto.processor.v1.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One stream of the test processor. Groups of a batch go side by side, the records of a group one after the other: each group is a timer
 * that ends when its last record would.
 *
 * <p>All state belongs to the worker's thread; frames arrive on gRPC's and are handed over.
 */
final class ScriptedStream implements StreamObserver<GatewayFrame> {
    private static final int EXIT_OF_POISON = 66;

    private final Shared shared;
    private final String id;
    private final ServerCallStreamObserver<ProcessorFrame> call;
    private final Map<Long, Integer> open = new HashMap<>();
    private String gateway = "?";
    private boolean draining;
    private boolean gatewayDone;
    private boolean over;

    /** What all streams of the process have in common. */
    record Shared(
            String processor,
            int credit,
            int maxFrame,
            boolean extend,
            Behaviour behaviour,
            ProcessorJournal journal,
            ScheduledExecutorService worker,
            Set<ScriptedStream> streams) {}

    ScriptedStream(Shared shared, String id, ServerCallStreamObserver<ProcessorFrame> call) {
        this.shared = shared;
        this.id = id;
        this.call = call;
        call.setOnCancelHandler(() -> shared.worker().execute(this::gone));
    }

    void hello() {
        shared.worker()
                .execute(() -> send(ProcessorFrame.newBuilder()
                        .setHello(ProcessorHello.newBuilder()
                                .setMinProtocol(1)
                                .setMaxProtocol(1)
                                .setName(shared.processor())
                                .setVersion("test")
                                .setInstanceId(id)
                                .setMaxFrameBytes(shared.maxFrame())
                                .setCredit(Credit.newBuilder().setMaxOutstandingRecords(shared.credit())))
                        .build()));
    }

    /** Any thread. */
    void drain() {
        shared.worker().execute(() -> {
            draining = true;
            send(ProcessorFrame.newBuilder()
                    .setDrain(Drain.getDefaultInstance())
                    .build());
            endIfDone();
        });
    }

    @Override
    public void onNext(GatewayFrame frame) {
        shared.worker().execute(() -> {
            switch (frame.getFrameCase()) {
                case HELLO -> gateway = frame.getHello().getGatewayId();
                case BATCH -> take(frame.getBatch());
                case GO_AWAY -> {
                    gatewayDone = true;
                    endIfDone();
                }
                // What was taken back is answered all the same: a gateway has to bear late verdicts.
                case REVOKE, FRAME_NOT_SET -> {}
            }
        });
    }

    @Override
    public void onError(Throwable error) {
        shared.worker().execute(this::gone);
    }

    @Override
    public void onCompleted() {
        shared.worker().execute(() -> {
            gatewayDone = true;
            endIfDone();
        });
    }

    private void take(Batch batch) {
        List<Payload> payloads = batch.getRecordsList().stream()
                .map(record -> Payload.parse(record.getValue().toByteArray()))
                .toList();
        shared.journal().delivered(gateway, id, batch, payloads);
        open.put(batch.getBatchId(), batch.getRecordsCount());
        TreeMap<Long, List<Range>> answers = new TreeMap<>();
        for (int first = 0; first < batch.getRecordsCount(); ) {
            first = group(batch, payloads, first, answers);
        }
        answers.forEach((delayMs, ranges) -> {
            if (delayMs != Behaviour.NEVER_MS) {
                var unused = shared.worker()
                        .schedule(() -> answer(batch.getBatchId(), ranges), delayMs, TimeUnit.MILLISECONDS);
            }
        });
        if (shared.extend()) {
            extendLater(batch);
        }
    }

    /** Puts the verdicts of the group that begins at {@code first} where they are due; returns where the next one begins. */
    private int group(Batch batch, List<Payload> payloads, int first, Map<Long, List<Range>> answers) {
        int group = batch.getRecords(first).getGroup();
        long atMs = 0;
        boolean failed = false;
        int i = first;
        for (; i < batch.getRecordsCount() && batch.getRecords(i).getGroup() == group; i++) {
            Record record = batch.getRecords(i);
            Behaviour.Act act = shared.behaviour().on(record, payloads.get(i));
            if (act.dies() && !failed && atMs != Behaviour.NEVER_MS) {
                shared.journal().dies();
                Runtime.getRuntime().halt(EXIT_OF_POISON);
            }
            LogRecord.Verdict verdict = failed ? LogRecord.Verdict.RELEASE : act.verdict();
            if (!failed) {
                atMs = act.delayMs() == Behaviour.NEVER_MS || atMs == Behaviour.NEVER_MS
                        ? Behaviour.NEVER_MS
                        : atMs + act.delayMs();
            }
            failed |= act.verdict() == LogRecord.Verdict.RETRY;
            add(answers.computeIfAbsent(atMs, t -> new ArrayList<>()), i, verdict);
        }
        return i;
    }

    private static void add(List<Range> ranges, int index, LogRecord.Verdict verdict) {
        Range last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
        if (last != null && last.first() + last.count() == index && last.verdict() == verdict) {
            ranges.set(ranges.size() - 1, new Range(last.first(), last.count() + 1, verdict));
        } else {
            ranges.add(new Range(index, 1, verdict));
        }
    }

    private void answer(long batch, List<Range> ranges) {
        if (over) {
            return;
        }
        shared.journal().answered(gateway, id, batch, ranges);
        BatchResult.Builder result = BatchResult.newBuilder().setBatchId(batch);
        int answered = 0;
        for (Range range : ranges) {
            Verdict.Builder verdict = Verdict.newBuilder()
                    .setFirst(range.first())
                    .setCount(range.count())
                    .setOutcome(Outcome.valueOf("OUTCOME_" + range.verdict()));
            if (range.verdict() == LogRecord.Verdict.RETRY || range.verdict() == LogRecord.Verdict.REJECT) {
                verdict.setCode("SCRIPTED");
            }
            result.addVerdicts(verdict);
            answered += range.count();
        }
        send(ProcessorFrame.newBuilder()
                .setResults(Results.newBuilder().addBatches(result))
                .build());
        int done = answered;
        open.computeIfPresent(batch, (b, left) -> left == done ? null : left - done);
        endIfDone();
    }

    private void extendLater(Batch batch) {
        long halfMs = (batch.getLease().getSeconds() * 1000 + batch.getLease().getNanos() / 1_000_000) / 2;
        var unused = shared.worker()
                .schedule(
                        () -> {
                            if (open.containsKey(batch.getBatchId()) && !over) {
                                send(ProcessorFrame.newBuilder()
                                        .setExtend(Extend.newBuilder().addBatchIds(batch.getBatchId()))
                                        .build());
                                extendLater(batch);
                            }
                        },
                        halfMs,
                        TimeUnit.MILLISECONDS);
    }

    private void endIfDone() {
        if (!over && (draining || gatewayDone) && open.isEmpty()) {
            gone();
            call.onCompleted();
        }
    }

    private void gone() {
        if (!over) {
            over = true;
            shared.journal().ended(id);
            shared.streams().remove(this);
        }
    }

    private void send(ProcessorFrame frame) {
        if (!over && !call.isCancelled()) {
            call.onNext(frame);
        }
    }
}
