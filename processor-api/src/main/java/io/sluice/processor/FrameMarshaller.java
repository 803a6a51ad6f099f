package io.sluice.processor;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Takes a frame from the transport into an array of its own, once, and has it decoded there. */
final class FrameMarshaller implements Marshaller<InFrame> {
    /** The contract's call, with frames that {@link FrameReader} decodes. */
    static final MethodDescriptor<InFrame, ProcessorFrame> PROCESS = ProcessorGrpc.getProcessMethod().toBuilder(
                    new FrameMarshaller(), ProcessorGrpc.getProcessMethod().getResponseMarshaller())
            .build();

    private FrameMarshaller() {}

    @Override
    public InputStream stream(InFrame frame) {
        throw new UnsupportedOperationException("gateways send these");
    }

    @Override
    public InFrame parse(InputStream stream) {
        try {
            return FrameReader.read(bytes(stream));
        } catch (InvalidProtocolBufferException e) {
            // As gRPC's own marshaller for protobuf.
            throw Status.INTERNAL
                    .withDescription("Invalid protobuf byte sequence")
                    .withCause(e)
                    .asRuntimeException();
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription("frame cannot be read")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    private static byte[] bytes(InputStream stream) throws IOException {
        if (!(stream instanceof KnownLength)) {
            return stream.readAllBytes();
        }
        byte[] bytes = new byte[stream.available()];
        int length = stream.readNBytes(bytes, 0, bytes.length);
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
