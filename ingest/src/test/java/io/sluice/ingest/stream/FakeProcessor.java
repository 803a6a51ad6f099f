package io.sluice.ingest.stream;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.sluice.proto.processor.v1.Credit;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorGrpc;
import io.sluice.proto.processor.v1.ProcessorHello;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real gRPC server on loopback whose processor does what a test tells it to, call by call. */
final class FakeProcessor implements AutoCloseable {
    /** One call, seen from the processor. */
    static final class Call {
        final BlockingQueue<GatewayFrame> frames = new LinkedBlockingQueue<>();
        final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        final ServerCallStreamObserver<ProcessorFrame> out;

        Call(ServerCallStreamObserver<ProcessorFrame> out) {
            this.out = out;
        }

        void send(ProcessorFrame frame) {
            out.onNext(frame);
        }

        void hello() {
            send(greeting());
        }

        void end(Status status) {
            out.onError(status.asRuntimeException());
        }

        GatewayFrame next() {
            return taken(frames, "no frame from the gateway");
        }

        /** {@code half-close}, or {@code cancelled}. */
        String nextEnd() {
            return taken(ends, "the gateway did not end its side");
        }

        /** Takes the gateway's hello and answers it. */
        Call greeted() {
            if (!next().hasHello()) {
                throw new AssertionError("the gateway's first frame is not its hello");
            }
            hello();
            return this;
        }
    }

    final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final Server server;

    private FakeProcessor(int port, @Nullable BindableService service, boolean reads) throws IOException {
        BindableService bound = service == null ? new Service(reads) : service;
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .addService(bound)
                .maxInboundMessageSize(64 << 20)
                .build()
                .start();
    }

    static FakeProcessor start() throws IOException {
        return new FakeProcessor(0, null, true);
    }

    static FakeProcessor startAt(int port) throws IOException {
        return new FakeProcessor(port, null, true);
    }

    /** Takes in the gateway's hello and then nothing, until told {@code call.out.request(n)}. */
    static FakeProcessor startUnreading() throws IOException {
        return new FakeProcessor(0, null, false);
    }

    static FakeProcessor start(BindableService service) throws IOException {
        return new FakeProcessor(0, service, true);
    }

    int port() {
        return server.getPort();
    }

    String target() {
        return "static://127.0.0.1:" + port();
    }

    Call nextCall() {
        return taken(calls, "the gateway did not call");
    }

    /** As when the process dies: connections are cut. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static ProcessorFrame greeting() {
        return frame(ProcessorHello.newBuilder()
                .setMinProtocol(1)
                .setMaxProtocol(1)
                .setName("fake")
                .setVersion("1.0")
                .setInstanceId("fake-1")
                .setCredit(Credit.newBuilder().setMaxOutstandingRecords(1000).setMaxOutstandingBytes(1 << 20)));
    }

    static ProcessorFrame frame(ProcessorHello.Builder hello) {
        return ProcessorFrame.newBuilder().setHello(hello).build();
    }

    static <T> T taken(BlockingQueue<T> queue, String otherwise) {
        try {
            T item = queue.poll(30, TimeUnit.SECONDS);
            if (item == null) {
                throw new AssertionError(otherwise + " within 30 s");
            }
            return item;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private final class Service extends ProcessorGrpc.ProcessorImplBase {
        private final boolean reads;

        Service(boolean reads) {
            this.reads = reads;
        }

        @Override
        public StreamObserver<GatewayFrame> process(StreamObserver<ProcessorFrame> response) {
            Call call = new Call((ServerCallStreamObserver<ProcessorFrame>) response);
            call.out.setOnCancelHandler(() -> call.ends.add("cancelled"));
            if (!reads) {
                call.out.disableAutoRequest();
                call.out.request(1);
            }
            calls.add(call);
            return new StreamObserver<>() {
                @Override
                public void onNext(GatewayFrame frame) {
                    call.frames.add(frame);
                }

                @Override
                public void onError(Throwable thrown) {}

                @Override
                public void onCompleted() {
                    call.ends.add("half-close");
                }
            };
        }
    }
}
