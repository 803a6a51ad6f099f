package io.sluice.processor;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.sluice.proto.processor.v1.Batch;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.GatewayHello;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorFrame.FrameCase;
import io.sluice.proto.processor.v1.ProcessorGrpc;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A gateway played by hand over a real connection: a test writes each frame and looks at each answer. */
final class TestGateway implements AutoCloseable {
    private static final long PATIENCE_S = 30;

    final ManagedChannel channel;
    final StreamObserver<GatewayFrame> out;
    /** Completes with the status the processor ended the stream with. */
    final CompletableFuture<Status> ended = new CompletableFuture<>();

    private final LinkedBlockingQueue<ProcessorFrame> inbox = new LinkedBlockingQueue<>();

    TestGateway(ProcessorServer server) {
        this(Grpc.newChannelBuilderForAddress("127.0.0.1", server.port(), InsecureChannelCredentials.create())
                .build());
    }

    TestGateway(ManagedChannel channel) {
        this.channel = channel;
        out = ProcessorGrpc.newStub(channel).process(new StreamObserver<>() {
            @Override
            public void onNext(ProcessorFrame frame) {
                inbox.add(frame);
            }

            @Override
            public void onError(Throwable error) {
                ended.complete(Status.fromThrowable(error));
            }

            @Override
            public void onCompleted() {
                ended.complete(Status.OK);
            }
        });
    }

    /** A gateway that has exchanged greetings with the processor; leases of 30 s, at most 5 min. */
    static TestGateway greeted(ProcessorServer server) throws InterruptedException {
        TestGateway gateway = new TestGateway(server);
        gateway.await(FrameCase.HELLO);
        gateway.send(hello(1, 30_000, 300_000));
        return gateway;
    }

    static GatewayFrame.Builder hello(int protocol, long leaseMs, long maxLeaseMs) {
        return GatewayFrame.newBuilder()
                .setHello(GatewayHello.newBuilder()
                        .setProtocol(protocol)
                        .setGatewayId("test")
                        .setPipeline("quakes")
                        .setLease(ms(leaseMs))
                        .setMaxLease(ms(maxLeaseMs)));
    }

    static Duration ms(long ms) {
        return Duration.newBuilder()
                .setSeconds(ms / 1000)
                .setNanos((int) (ms % 1000) * 1_000_000)
                .build();
    }

    /** A batch on topic {@code t}, partition 0, with these values: {@code "a1"} is a record of group a. */
    static GatewayFrame.Builder batch(long id, String... values) {
        Batch.Builder batch = Batch.newBuilder().setBatchId(id);
        for (String value : values) {
            batch.addRecords(record(value));
        }
        return GatewayFrame.newBuilder().setBatch(batch);
    }

    static io.sluice.proto.processor.v1.Record.Builder record(String value) {
        return io.sluice.proto.processor.v1.Record.newBuilder()
                .setTopic("t")
                .setAttempt(1)
                .setGroup(value.charAt(0))
                .setValue(ByteString.copyFromUtf8(value));
    }

    void send(GatewayFrame.Builder frame) {
        out.onNext(frame.build());
    }

    /** The next frame of a kind, whatever comes before it. */
    ProcessorFrame await(FrameCase kind) throws InterruptedException {
        while (true) {
            ProcessorFrame frame = next();
            if (frame.getFrameCase() == kind) {
                return frame;
            }
        }
    }

    ProcessorFrame next() throws InterruptedException {
        ProcessorFrame frame = inbox.poll(PATIENCE_S, TimeUnit.SECONDS);
        if (frame == null) {
            throw new AssertionError("no frame within " + PATIENCE_S + " s; stream ended: " + ended.getNow(null));
        }
        return frame;
    }

    /** Outcomes by index of a batch, waiting until so many are known; each may be said only once. */
    Map<Integer, String> outcomes(long batchId, int count) throws InterruptedException {
        Map<Integer, String> outcomes = new TreeMap<>();
        while (outcomes.size() < count) {
            ProcessorFrame frame = await(FrameCase.RESULTS);
            frame.getResults().getBatchesList().stream()
                    .filter(b -> b.getBatchId() == batchId)
                    .flatMap(b -> b.getVerdictsList().stream())
                    .forEach(v -> {
                        for (int i = v.getFirst(); i < v.getFirst() + v.getCount(); i++) {
                            String outcome = v.getOutcome().name().substring("OUTCOME_".length());
                            String before = outcomes.put(i, outcome);
                            if (before != null) {
                                throw new AssertionError("record " + i + ": " + outcome + " after " + before);
                            }
                        }
                    });
        }
        return outcomes;
    }

    Status awaitEnd() throws Exception {
        return ended.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
