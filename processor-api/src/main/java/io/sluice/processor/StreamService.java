package io.sluice.processor;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorGrpc;

/** The contract's service: hands what gRPC threads receive to the conductor. */
final class StreamService implements BindableService {
    private final Settings settings;
    private final Conductor conductor;
    private final Runner runner;

    StreamService(Settings settings, Conductor conductor, Runner runner) {
        this.settings = settings;
        this.conductor = conductor;
        this.runner = runner;
    }

    /** The contract's service as generated, but for what decodes its frames. */
    @Override
    public ServerServiceDefinition bindService() {
        ServiceDescriptor service = ServiceDescriptor.newBuilder(ProcessorGrpc.SERVICE_NAME)
                .setSchemaDescriptor(ProcessorGrpc.getServiceDescriptor().getSchemaDescriptor())
                .addMethod(FrameMarshaller.PROCESS)
                .build();
        return ServerServiceDefinition.builder(service)
                .addMethod(FrameMarshaller.PROCESS, ServerCalls.asyncBidiStreamingCall(this::process))
                .build();
    }

    private StreamObserver<InFrame> process(StreamObserver<ProcessorFrame> replies) {
        ServerCallStreamObserver<ProcessorFrame> out = (ServerCallStreamObserver<ProcessorFrame>) replies;
        Session session = new Session(settings, conductor, runner, out);
        out.disableAutoRequest();
        out.setOnReadyHandler(conductor::nudge);
        // Also makes sending on a cancelled call silent instead of an exception.
        out.setOnCancelHandler(() -> conductor.post(session::cancelled));
        conductor.post(() -> conductor.open(session));
        return new StreamObserver<>() {
            @Override
            public void onNext(InFrame frame) {
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
