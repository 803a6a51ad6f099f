package io.sluice.ingest.stream;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorGrpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A frame on its way out, encoded: what a {@link GatewayFrame} is on the wire, without the objects for each record that
 * one has. Written by one thread, once; gRPC may copy it out later and on another, see {@link #taken()}.
 */
final class OutFrame {
    /** The contract's call, with frames that are encoded already. */
    static final MethodDescriptor<OutFrame, ProcessorFrame> PROCESS = ProcessorGrpc.getProcessMethod().toBuilder(
                    new Encoded(), ProcessorGrpc.getProcessMethod().getResponseMarshaller())
            .build();

    private final byte[] bytes;
    private final int length;
    private volatile boolean taken;

    /** @param length how many of the bytes it is */
    OutFrame(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    static OutFrame of(GatewayFrame frame) {
        byte[] bytes = frame.toByteArray();
        return new OutFrame(bytes, bytes.length);
    }

    /**
     * Whether the transport has copied it out, so that its bytes may be used again. It nearly always has when {@code
     * onNext} returns; not if the call had no connection yet, or was over.
     */
    boolean taken() {
        return taken;
    }

    InputStream stream() {
        return new Content();
    }

    private static final class Encoded implements Marshaller<OutFrame> {
        @Override
        public InputStream stream(OutFrame frame) {
            return frame.stream();
        }

        @Override
        public OutFrame parse(InputStream stream) {
            throw new UnsupportedOperationException("the gateway sends these");
        }
    }

    private final class Content extends ByteArrayInputStream implements KnownLength, Drainable {
        Content() {
            super(bytes, 0, length);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int n = available();
            target.write(buf, pos, n);
            pos = count;
            taken = true;
            return n;
        }
    }
}
