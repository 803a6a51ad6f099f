package io.sluice.processor.testkit;

import com.google.protobuf.Duration;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import io.sluice.proto.processor.v1.Batch;
import io.sluice.proto.processor.v1.BatchResult;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.GatewayHello;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorGrpc;
import io.sluice.proto.processor.v1.ProcessorHello;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Plays a gateway that has one batch open at a time. For one thread; the transport's threads only fill the inbox. */
final class KitGateway implements AutoCloseable {
    private static final Duration LEASE = Duration.newBuilder().setSeconds(30).build();
    private static final Duration MAX_LEASE =
            Duration.newBuilder().setSeconds(3600).build();
    /** Room in a frame for what is not records. */
    private static final int FRAME_OVERHEAD = 1024;

    private final ManagedChannel channel;
    private final LinkedBlockingQueue<Object> inbox = new LinkedBlockingQueue<>();
    private final StreamObserver<GatewayFrame> out;
    private final java.time.Duration timeout;
    private final long deadlineNs;
    private long lastBatchId;

    KitGateway(String serverName, java.time.Duration timeout) {
        this.timeout = timeout;
        this.deadlineNs = System.nanoTime() + timeout.toNanos();
        this.channel = InProcessChannelBuilder.forName(serverName)
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
        this.out = ProcessorGrpc.newStub(channel).process(new Inbox());
    }

    List<Verdict> process(List<Record> records, Grouping grouping) {
        ProcessorHello hello = await().getHello();
        out.onNext(GatewayFrame.newBuilder()
                .setHello(GatewayHello.newBuilder()
                        .setProtocol(1)
                        .setGatewayId("testkit")
                        .setPipeline("testkit")
                        .setOrdering(Frames.ordering(grouping))
                        .setLease(LEASE)
                        .setMaxLease(MAX_LEASE)
                        .setMaxAttempts(5)
                        .setMaxFrameBytes(4 << 20))
                .build());
        @Nullable Verdict[] verdicts = new @Nullable Verdict[records.size()];
        List<Integer> order = sideBySide(records, grouping);
        int next = 0;
        while (next < order.size()) {
            next = runBatch(records, order, next, hello, grouping, verdicts);
        }
        out.onCompleted();
        return Arrays.stream(verdicts).map(KitGateway::settled).toList();
    }

    private static Verdict settled(@Nullable Verdict verdict) {
        if (verdict == null) {
            throw new AssertionError("a record was never settled");
        }
        return verdict;
    }

    /** Indices of the records, those of a group next to each other, groups in the order of their first records. */
    private static List<Integer> sideBySide(List<Record> records, Grouping grouping) {
        Map<Object, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < records.size(); i++) {
            groups.computeIfAbsent(groupOf(records.get(i), i, grouping), k -> new ArrayList<>())
                    .add(i);
        }
        return groups.values().stream().flatMap(List::stream).toList();
    }

    private static Object groupOf(Record record, int index, Grouping grouping) {
        byte[] key = record.key();
        if (grouping == Grouping.NONE || (grouping == Grouping.BY_KEY && key == null)) {
            return index;
        }
        List<Object> partition = List.of(record.topic(), record.partition());
        return grouping == Grouping.BY_KEY && key != null ? List.of(partition, ByteBuffer.wrap(key)) : partition;
    }

    /** Sends what fits into a batch, waits until it is settled; the position after it. */
    private int runBatch(
            List<Record> records,
            List<Integer> order,
            int from,
            ProcessorHello hello,
            Grouping grouping,
            @Nullable Verdict[] verdicts) {
        Batch.Builder batch = Batch.newBuilder().setBatchId(++lastBatchId).setLease(LEASE);
        int maxRecords = Math.max(1, hello.getCredit().getMaxOutstandingRecords());
        long room = (long) hello.getMaxFrameBytes() - FRAME_OVERHEAD;
        int next = from;
        int group = -1;
        Object last = batch;
        while (next < order.size() && batch.getRecordsCount() < maxRecords) {
            Record record = records.get(order.get(next));
            Object name = groupOf(record, order.get(next), grouping);
            group += name.equals(last) ? 0 : 1;
            last = name;
            io.sluice.proto.processor.v1.Record message = Frames.record(record, group);
            room -= message.getSerializedSize() + 8;
            if (room < 0 && next > from) {
                break;
            }
            batch.addRecords(message);
            next++;
        }
        out.onNext(GatewayFrame.newBuilder().setBatch(batch).build());
        collect(order.subList(from, next), verdicts);
        return next;
    }

    private void collect(List<Integer> sent, @Nullable Verdict[] verdicts) {
        int open = sent.size();
        while (open > 0) {
            for (BatchResult result : await().getResults().getBatchesList()) {
                for (io.sluice.proto.processor.v1.Verdict range : result.getVerdictsList()) {
                    Verdict verdict = Frames.verdict(range);
                    for (int i = 0; i < range.getCount(); i++) {
                        verdicts[sent.get(range.getFirst() + i)] = verdict;
                    }
                    open -= range.getCount();
                }
            }
        }
    }

    private ProcessorFrame await() {
        try {
            Object got = inbox.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (got instanceof ProcessorFrame frame) {
                return frame;
            }
            throw new AssertionError(got == null ? "not settled within " + timeout : "the stream ended: " + got);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for verdicts", e);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private final class Inbox implements StreamObserver<ProcessorFrame> {
        @Override
        public void onNext(ProcessorFrame frame) {
            inbox.add(frame);
        }

        @Override
        public void onError(Throwable error) {
            inbox.add(error);
        }

        @Override
        public void onCompleted() {
            inbox.add("completed");
        }
    }
}
