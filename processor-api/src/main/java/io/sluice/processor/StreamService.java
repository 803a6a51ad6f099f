package io.sluice.processor;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorGrpc;

/** The contract's service: hands what gRPC threads receive to the conductor. */
final class StreamService extends ProcessorGrpc.ProcessorImplBase {
    /** Frames asked for ahead of what has been looked at, so that the transport never waits for the conductor. */
    private static final int PREFETCH = 8;

    private final Settings settings;
    private final Conductor conductor;
    private final Runner runner;

    StreamService(Settings settings, Conductor conductor, Runner runner) {
        this.settings = settings;
        this.conductor = conductor;
        this.runner = runner;
    }

    @Override
    public StreamObserver<GatewayFrame> process(StreamObserver<ProcessorFrame> replies) {
        ServerCallStreamObserver<ProcessorFrame> out = (ServerCallStreamObserver<ProcessorFrame>) replies;
        Session session = new Session(settings, conductor, runner, out);
        out.disableAutoRequest();
        out.setOnReadyHandler(conductor::nudge);
        // Also makes sending on a cancelled call silent instead of an exception.
        out.setOnCancelHandler(() -> conductor.post(session::cancelled));
        conductor.post(() -> {
            conductor.add(session);
            session.greet();
            out.request(PREFETCH);
        });
        return new StreamObserver<>() {
            @Override
            public void onNext(GatewayFrame frame) {
                conductor.post(() -> session.received(frame, System.nanoTime()));
            }

            @Override
            public void onError(Throwable error) {
                conductor.post(session::cancelled);
            }

            @Override
            public void onCompleted() {
                conductor.post(() -> session.inputEnded(System.nanoTime()));
            }
        };
    }
}
