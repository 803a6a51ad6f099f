package io.sluice.ingest.stream;

import io.grpc.Drainable;
import io.sluice.bench.micro.MeasuredLane;
import io.sluice.bench.micro.ShortRuns;
import io.sluice.ingest.delivery.Batch;
import io.sluice.ingest.delivery.Ordering;
import io.sluice.proto.processor.v1.ProcessorGrpc;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A full batch from the entries in flight to bytes in the transport's hands. An operation is one record. */
public class BatchEncodingBenchmark extends ShortRuns {
    private static final long LEASE_NS = 600_000_000_000L;

    /** Size of a value. */
    @Param({"100", "1000"})
    public int valueBytes;

    /** Headers of a record. */
    @Param({"0", "3"})
    public int headers;

    private final BatchEncoder encoder = new BatchEncoder();
    private final ByteArrayOutputStream transport = new ByteArrayOutputStream(4 << 20);
    private Batch batch = anyBatch(0, 0);

    /** An open batch. Both ways must write the same bytes. */
    @Setup
    public void setUp() throws IOException {
        batch = anyBatch(valueBytes, headers);
        straight();
        byte[] bytes = transport.toByteArray();
        protobuf();
        if (!Arrays.equals(bytes, transport.toByteArray())) {
            throw new IllegalStateException("the two ways differ");
        }
    }

    private static Batch anyBatch(int valueBytes, int headers) {
        MeasuredLane lane = new MeasuredLane(Ordering.KEY, 1_000, valueBytes, headers);
        lane.receive(MeasuredLane.BATCH_RECORDS);
        Batch full = lane.open().get(0);
        if (full.size() != MeasuredLane.BATCH_RECORDS) {
            throw new IllegalStateException("a batch of " + full.size());
        }
        return full;
    }

    /** As shipped. */
    @Benchmark
    @OperationsPerInvocation(MeasuredLane.BATCH_RECORDS)
    public int straight() throws IOException {
        return drain(encoder.encode(batch, LEASE_NS).stream());
    }

    /** With protobuf's objects. */
    @Benchmark
    @OperationsPerInvocation(MeasuredLane.BATCH_RECORDS)
    public int protobuf() throws IOException {
        return drain(ProcessorGrpc.getProcessMethod().streamRequest(ProtobufBatch.frame(batch, LEASE_NS)));
    }

    private int drain(InputStream frame) throws IOException {
        transport.reset();
        return ((Drainable) frame).drainTo(transport);
    }
}
