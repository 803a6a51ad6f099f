package io.sluice.processor;

import static io.sluice.processor.TestGateway.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.proto.processor.v1.BatchResult;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.ProcessorFrame.FrameCase;
import io.sluice.proto.processor.v1.Revoke;
import io.sluice.proto.processor.v1.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What whole-batch handlers say in bulk. */
@Timeout(120)
class BatchVerdictsTest {
    private static ProcessorServer serve(BatchHandler handler) throws Exception {
        return Processor.named("p")
                .batchHandler(handler)
                .drainTimeout(Duration.ofSeconds(30))
                .start();
    }

    private static GatewayFrame.Builder revoke(int partition, long deadlineMs) {
        return GatewayFrame.newBuilder()
                .setRevoke(Revoke.newBuilder()
                        .setDeadline(TestGateway.ms(deadlineMs))
                        .addPartitions(TopicPartition.newBuilder().setTopic("t").setPartition(partition)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneVerdictForAllIsOneRange(boolean copies) throws Exception {
        Verdict bad = Verdict.reject("BAD", "no");
        try (ProcessorServer server = serve(records -> {
                    List<Verdict> all = Collections.nCopies(records.size(), bad);
                    return copies ? all : new ArrayList<>(all);
                });
                TestGateway gateway = TestGateway.greeted(server)) {
            gateway.send(batch(3, "a1", "a2", "b1", "c1"));
            BatchResult result = gateway.await(FrameCase.RESULTS).getResults().getBatches(0);
            assertThat(result.getVerdictsList())
                    .singleElement()
                    .matches(v -> v.getFirst() == 0
                            && v.getCount() == 4
                            && v.getCode().equals("BAD"));
        }
    }

    @Test
    void oneRetryForAllReleasesWhatFollowsInEachGroup() throws Exception {
        try (ProcessorServer server =
                        serve(records -> Collections.nCopies(records.size(), Verdict.retry("DOWN", "database")));
                TestGateway gateway = TestGateway.greeted(server)) {
            gateway.send(batch(3, "a1", "a2", "b1"));
            assertThat(gateway.outcomes(3, 3)).isEqualTo(Map.of(0, "RETRY", 1, "RELEASE", 2, "RETRY"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4})
    void copiesOfAnotherNumberFailTheBatch(int copies) throws Exception {
        try (ProcessorServer server = serve(records -> Collections.nCopies(copies, Verdict.ack()));
                TestGateway gateway = TestGateway.greeted(server)) {
            gateway.send(batch(3, "a1", "a2", "b1"));
            assertThat(gateway.outcomes(3, 3)).isEqualTo(Map.of(0, "RETRY", 1, "RELEASE", 2, "RETRY"));
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void copiesOfNothingFailTheBatch() throws Exception {
        try (ProcessorServer server = serve(records -> Collections.nCopies(records.size(), null));
                TestGateway gateway = TestGateway.greeted(server)) {
            gateway.send(batch(3, "a1", "a2", "b1"));
            assertThat(gateway.outcomes(3, 3)).isEqualTo(Map.of(0, "RETRY", 1, "RELEASE", 2, "RETRY"));
        }
    }

    /** The handler has begun the batch, so that it is neither released nor begun anew; only what was taken goes unsaid. */
    @Test
    void ofABatchThatIsBegunOnlyTheRecordsTakenBackGoUnsaid() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        try (ProcessorServer server = serve(records -> {
                    begun.countDown();
                    proceed.await();
                    return Collections.nCopies(records.size(), Verdict.ack());
                });
                TestGateway gateway = TestGateway.greeted(server)) {
            GatewayFrame.Builder frame = batch(3, "a1", "b1", "c1");
            frame.getBatchBuilder().getRecordsBuilder(1).setPartition(1);
            gateway.send(frame);
            begun.await();
            gateway.send(revoke(1, 0));
            gateway.send(revoke(0, 10_000));
            gateway.send(batch(4, "d1"));
            gateway.send(revoke(0, 10_000));
            assertThat(gateway.outcomes(4, 1)).isEqualTo(Map.of(0, "RELEASE"));
            proceed.countDown();
            assertThat(gateway.outcomes(3, 2)).isEqualTo(Map.of(0, "ACK", 2, "ACK"));
        }
    }

    @Test
    void ofABatchThatIsPartlyReleasedTheRestIsHandled() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        List<List<String>> handled = Collections.synchronizedList(new ArrayList<>());
        try (ProcessorServer server = serve(records -> {
                    handled.add(records.stream().map(Record::valueAsString).toList());
                    begun.countDown();
                    proceed.await();
                    return Collections.nCopies(records.size(), Verdict.ack());
                });
                TestGateway gateway = TestGateway.greeted(server)) {
            gateway.send(batch(3, "a1"));
            begun.await();
            GatewayFrame.Builder frame = batch(4, "b1", "c1", "d1");
            frame.getBatchBuilder().getRecordsBuilder(1).setPartition(1);
            gateway.send(frame);
            gateway.send(revoke(1, 10_000));
            assertThat(gateway.outcomes(4, 1)).isEqualTo(Map.of(1, "RELEASE"));
            proceed.countDown();
            assertThat(gateway.outcomes(4, 2)).isEqualTo(Map.of(0, "ACK", 2, "ACK"));
            assertThat(handled).containsExactly(List.of("a1"), List.of("b1", "d1"));
        }
    }
}
