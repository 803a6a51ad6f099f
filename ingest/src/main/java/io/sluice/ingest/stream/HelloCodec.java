package io.sluice.ingest.stream;

import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.delivery.Ordering;
import io.sluice.ingest.delivery.StreamInfo;
import io.sluice.proto.processor.v1.Credit;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.GatewayHello;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorHello;

/** The first frame of each side. */
final class HelloCodec {
    /** The only version of the protocol there is. */
    static final int PROTOCOL = 1;

    /** Largest frame the gateway accepts: gRPC's own default. */
    static final int MAX_FRAME_BYTES = 4 << 20;

    /** Below this most records could not be delivered at all, and would be dead-lettered for their size. */
    static final int LEAST_FRAME_BYTES = 64 << 10;

    private static final int NAME_BYTES = 200;

    /** What a processor says of itself, and its first credit level. {@code creditBytes} 0: no limit. */
    record Greeting(StreamInfo info, long creditRecords, long creditBytes) {}

    private HelloCodec() {}

    static GatewayFrame encode(
            String pipeline, String gatewayId, PipelineConfig.Processor config, Ordering ordering, int maxAttempts) {
        GatewayHello hello = GatewayHello.newBuilder()
                .setProtocol(PROTOCOL)
                .setGatewayId(gatewayId)
                .setPipeline(pipeline)
                .setOrdering(
                        switch (ordering) {
                            case NONE -> io.sluice.proto.processor.v1.Ordering.ORDERING_NONE;
                            case KEY -> io.sluice.proto.processor.v1.Ordering.ORDERING_KEY;
                            case PARTITION -> io.sluice.proto.processor.v1.Ordering.ORDERING_PARTITION;
                        })
                .setLease(Durations.of(config.lease().toNanos()))
                .setMaxLease(Durations.of(config.maxLease().toNanos()))
                .setMaxAttempts(maxAttempts)
                .setMaxFrameBytes(MAX_FRAME_BYTES)
                .build();
        return GatewayFrame.newBuilder().setHello(hello).build();
    }

    /**
     * Reads the frame that must be the processor's hello.
     *
     * @param target address that was dialled
     */
    static Greeting decode(ProcessorFrame frame, String target) throws BadFrame {
        if (!frame.hasHello()) {
            String kind = frame.getFrameCase() == ProcessorFrame.FrameCase.FRAME_NOT_SET
                    ? "has no content"
                    : "is " + FrameCodec.nameOf(frame);
            throw new BadFrame(
                    FrameFault.FRAME_BEFORE_HELLO, "the first frame " + kind + "; it must be the processor's hello");
        }
        ProcessorHello hello = frame.getHello();
        checkProtocol(hello);
        Credit credit = hello.getCredit();
        FrameCodec.checkCredit(credit, "hello.credit");
        StreamInfo info = new StreamInfo(
                target,
                Text.clean(hello.getName(), NAME_BYTES),
                Text.clean(hello.getVersion(), NAME_BYTES),
                Text.clean(hello.getInstanceId(), NAME_BYTES),
                frameBytes(hello));
        return new Greeting(info, credit.getMaxOutstandingRecords(), credit.getMaxOutstandingBytes());
    }

    private static void checkProtocol(ProcessorHello hello) throws BadFrame {
        long min = Integer.toUnsignedLong(hello.getMinProtocol());
        long max = Integer.toUnsignedLong(hello.getMaxProtocol());
        if (min > max) {
            throw new BadFrame(
                    FrameFault.HELLO_PROTOCOL, "hello.min_protocol " + min + " is above hello.max_protocol " + max);
        }
        if (min > PROTOCOL || max < PROTOCOL) {
            throw new BadFrame(
                    FrameFault.HELLO_PROTOCOL,
                    "the processor speaks protocol " + min + " to " + max + ", the gateway speaks " + PROTOCOL);
        }
    }

    private static int frameBytes(ProcessorHello hello) throws BadFrame {
        int bytes = hello.getMaxFrameBytes();
        if (bytes == 0) {
            return MAX_FRAME_BYTES;
        }
        if (bytes < LEAST_FRAME_BYTES) {
            throw new BadFrame(
                    FrameFault.HELLO_FRAME_BYTES,
                    "hello.max_frame_bytes is " + Integer.toUnsignedString(bytes) + "; allowed are 0 ("
                            + MAX_FRAME_BYTES + ") and " + LEAST_FRAME_BYTES + " to " + Integer.MAX_VALUE);
        }
        return bytes;
    }
}
