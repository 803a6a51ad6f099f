package io.sluice.ingest.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sluice.bench.micro.ShortRuns;
import io.sluice.ingest.delivery.BatchVerdicts;
import io.sluice.proto.processor.v1.BatchResult;
import io.sluice.proto.processor.v1.Outcome;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.Results;
import io.sluice.proto.processor.v1.Verdict;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A frame with the results of four batches of 500 records, from bytes to what the lane is told. */
public class ResultsDecodingBenchmark extends ShortRuns {
    private static final int BATCHES = 4;
    private static final int RECORDS = 500;

    /** Into how many verdicts a batch's result falls. */
    @Param({"1", "10", "500"})
    public int ranges;

    private byte[] bytes = new byte[0];

    /** Every second range is a reject, or neighbours would be one. */
    @Setup
    public void setUp() {
        Results.Builder results = Results.newBuilder();
        for (int id = 1; id <= BATCHES; id++) {
            BatchResult.Builder batch = BatchResult.newBuilder().setBatchId(id);
            int count = RECORDS / ranges;
            for (int i = 0; i < ranges; i++) {
                Verdict.Builder verdict =
                        Verdict.newBuilder().setFirst(i * count).setCount(count);
                batch.addVerdicts(
                        i % 2 == 0
                                ? verdict.setOutcome(Outcome.OUTCOME_ACK)
                                : verdict.setOutcome(Outcome.OUTCOME_REJECT)
                                        .setCode("NOT_AN_ORDER")
                                        .setReason("no price"));
            }
            results.addBatches(batch);
        }
        bytes = ProcessorFrame.newBuilder().setResults(results).build().toByteArray();
    }

    /** As shipped. */
    @Benchmark
    public List<BatchVerdicts> decode() throws InvalidProtocolBufferException, BadFrame {
        return ResultsCodec.decode(ProcessorFrame.parseFrom(bytes).getResults());
    }
}
