package io.sluice.devkit.e2e;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.sluice.devkit.e2e.BadFrames.Case;
import io.sluice.proto.processor.v1.Batch;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.GoAwayCause;
import io.sluice.proto.processor.v1.ProcessorGrpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A processor without an SDK that behaves badly once in every pipeline, each in its own way, and then takes no more
 * calls of that pipeline. It wants nothing until {@link #wantRecords}, so that its only batch holds all there is.
 */
final class BadProcessor implements AutoCloseable {
    private final Map<String, Case> cases;
    private final Map<String, Call> calls = new ConcurrentHashMap<>();
    /** Pipelines whose stream has ended, or is about to. */
    final Set<String> over = ConcurrentHashMap.newKeySet();
    /** The gateway's last words, by pipeline. */
    final Map<String, String> goodbyes = new ConcurrentHashMap<>();
    /** The batches that were answered, by pipeline. */
    final Map<String, Batch> batches = new ConcurrentHashMap<>();

    private final Server server;

    /** @param cases by pipeline */
    BadProcessor(Map<String, Case> cases) throws IOException {
        this.cases = cases;
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(service())
                .build()
                .start();
    }

    int port() {
        return server.getPort();
    }

    /** Grants credit on every stream that is still up. */
    void wantRecords() {
        calls.values().forEach(call -> call.say(BadFrames.credit(1_000, 0)));
    }

    private ServerServiceDefinition service() {
        MethodDescriptor<GatewayFrame, byte[]> method = ProcessorGrpc.getProcessMethod().toBuilder(
                        ProcessorGrpc.getProcessMethod().getRequestMarshaller(), new Bytes())
                .setSchemaDescriptor(null)
                .build();
        return ServerServiceDefinition.builder(ProcessorGrpc.SERVICE_NAME)
                .addMethod(method, ServerCalls.asyncBidiStreamingCall(Call::new))
                .build();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private final class Call implements StreamObserver<GatewayFrame> {
        private final StreamObserver<byte[]> out; // guarded by this
        private String pipeline = "";
        private boolean ended; // guarded by this

        Call(StreamObserver<byte[]> out) {
            this.out = out;
        }

        synchronized void say(byte[]... frames) {
            for (byte[] frame : frames) {
                if (!ended) {
                    out.onNext(frame);
                }
            }
        }

        @Override
        public void onNext(GatewayFrame frame) {
            switch (frame.getFrameCase()) {
                case HELLO -> greet(frame.getHello().getPipeline());
                case BATCH -> {
                    batches.put(pipeline, frame.getBatch());
                    say(cases.get(pipeline).frames());
                }
                case GO_AWAY -> {
                    if (frame.getGoAway().getCause() == GoAwayCause.GO_AWAY_CAUSE_PROTOCOL_ERROR) {
                        goodbyes.put(pipeline, frame.getGoAway().getReason());
                    }
                }
                default -> {}
            }
        }

        private void greet(String name) {
            pipeline = name;
            if (over.contains(name) || calls.putIfAbsent(name, this) != null) {
                end(Status.UNAVAILABLE.withDescription("has misbehaved already"));
            } else if (cases.get(name).first()) {
                say(cases.get(name).frames());
            } else {
                say(BadFrames.hello());
            }
        }

        private synchronized void end(Status status) {
            if (!ended) {
                ended = true;
                if (status.isOk()) {
                    out.onCompleted();
                } else {
                    out.onError(status.asRuntimeException());
                }
            }
        }

        @Override
        public void onError(Throwable thrown) {
            end(Status.CANCELLED);
            over.add(pipeline);
        }

        @Override
        public void onCompleted() {
            end(Status.OK);
            over.add(pipeline);
        }
    }

    /** Lets bytes through that are no frame. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
