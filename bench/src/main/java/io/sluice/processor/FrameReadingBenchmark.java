package io.sluice.processor;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.sluice.bench.micro.ShortRuns;
import io.sluice.proto.processor.v1.Batch;
import io.sluice.proto.processor.v1.GatewayFrame;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A full batch from a frame's bytes to the records that a handler is given. An operation is one record. */
public class FrameReadingBenchmark extends ShortRuns {
    private static final int RECORDS = 500;

    /** Size of a value. */
    @Param({"100", "1000"})
    public int valueBytes;

    /** Headers of a record. */
    @Param({"0", "3"})
    public int headers;

    private byte[] bytes = new byte[0];

    /** A frame as a gateway sends it. Both ways must read the same. */
    @Setup
    public void setUp() throws IOException {
        Batch.Builder batch = Batch.newBuilder()
                .setBatchId(4_711)
                .setLease(Duration.newBuilder().setSeconds(600));
        for (int i = 0; i < RECORDS; i++) {
            batch.addRecords(record(i));
        }
        bytes = GatewayFrame.newBuilder().setBatch(batch).build().toByteArray();
        if (!straight().equals(protobuf())) {
            throw new IllegalStateException("the two ways differ");
        }
    }

    private io.sluice.proto.processor.v1.Record record(int i) {
        var record = io.sluice.proto.processor.v1.Record.newBuilder()
                .setTopic("bench-topic")
                .setPartition(7)
                .setOffset(1_000_000 + i)
                .setTimestampMs(1_700_000_000_000L + i)
                .setTimestampTypeValue(1)
                .setKey(ByteString.copyFromUtf8("k-%05d".formatted(i)))
                .setValue(ByteString.copyFrom(new byte[valueBytes]))
                .setGroup(i)
                .setAttempt(1);
        for (int h = 0; h < headers; h++) {
            record.addHeaders(io.sluice.proto.processor.v1.Header.newBuilder()
                    .setName("trace-" + h)
                    .setValue(ByteString.copyFrom(new byte[16])));
        }
        return record.build();
    }

    /** As shipped. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public InFrame straight() throws IOException {
        // A frame of its own each time, as from the transport: records read from it for as long as they live.
        return FrameReader.read(bytes.clone());
    }

    /** With protobuf's objects, which copy out of a buffer that is used again. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public InFrame protobuf() throws IOException {
        return InBatch.of(GatewayFrame.parseFrom(bytes).getBatch());
    }

    /** Protobuf's objects alone, without what the SDK makes of them. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public GatewayFrame protobufAlone() throws IOException {
        return GatewayFrame.parseFrom(bytes);
    }
}
