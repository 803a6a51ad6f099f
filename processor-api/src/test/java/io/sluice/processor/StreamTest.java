package io.sluice.processor;

import static io.sluice.processor.TestGateway.batch;
import static io.sluice.processor.TestGateway.hello;
import static io.sluice.processor.TestGateway.ms;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.sluice.proto.processor.v1.BatchResult;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.GoAway;
import io.sluice.proto.processor.v1.GoAwayCause;
import io.sluice.proto.processor.v1.Outcome;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorFrame.FrameCase;
import io.sluice.proto.processor.v1.ProcessorHello;
import io.sluice.proto.processor.v1.Revoke;
import io.sluice.proto.processor.v1.RevokeCause;
import io.sluice.proto.processor.v1.TopicPartition;
import io.sluice.proto.processor.v1.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The life of a stream, over real gRPC on loopback. A record's group is the first letter of its value. */
@Timeout(120)
class StreamTest {
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch unblock = new CountDownLatch(1);
    private final LinkedBlockingQueue<String> begun = new LinkedBlockingQueue<>();

    /** Acks, but stops at values that end in {@code !} until told. */
    private io.sluice.processor.Verdict handle(Record record) throws InterruptedException {
        String value = String.valueOf(record.valueAsString());
        begun.add(value);
        if (value.endsWith("!")) {
            blocked.countDown();
            unblock.await();
        }
        return io.sluice.processor.Verdict.ack();
    }

    private Processor.Builder processor() {
        return Processor.named("p").version("1.2").handler(this::handle).drainTimeout(Duration.ofSeconds(30));
    }

    @Test
    void theProcessorsFirstFrameIsItsHello() throws Exception {
        try (ProcessorServer server =
                        processor().credit(123, 456).maxFrameBytes(1 << 20).start();
                TestGateway gateway = new TestGateway(server)) {
            ProcessorHello hello = gateway.next().getHello();
            assertThat(hello.getName()).isEqualTo("p");
            assertThat(hello.getVersion()).isEqualTo("1.2");
            assertThat(hello.getInstanceId()).isNotEmpty();
            assertThat(hello.getMinProtocol()).isEqualTo(1);
            assertThat(hello.getMaxProtocol()).isEqualTo(1);
            assertThat(hello.getCredit().getMaxOutstandingRecords()).isEqualTo(123);
            assertThat(hello.getCredit().getMaxOutstandingBytes()).isEqualTo(456);
            assertThat(hello.getMaxFrameBytes()).isEqualTo(1 << 20);
            unblock.countDown();
        }
    }

    @Test
    void aBatchOfPlainOutcomesIsAnsweredWithOneRange() throws Exception {
        try (ProcessorServer server = processor().start();
                TestGateway gateway = TestGateway.greeted(server)) {
            String[] values = IntStream.range(0, 5_000)
                    .mapToObj(i -> String.valueOf((char) ('a' + i / 250)) + i)
                    .toArray(String[]::new);
            gateway.send(batch(7, values));
            BatchResult result = gateway.await(FrameCase.RESULTS).getResults().getBatches(0);
            // A slow machine may see the batch in parts: what counts is that a part is one range.
            assertThat(result.getBatchId()).isEqualTo(7);
            assertThat(result.getVerdictsList())
                    .singleElement()
                    .extracting(Verdict::getOutcome)
                    .isEqualTo(Outcome.OUTCOME_ACK);
        }
    }

    @Test
    void oneGroupRunsInOrderWhileOthersRunBesideIt() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        Processor.Builder parallel = Processor.named("p").concurrency(2).handler(r -> {
            String value = String.valueOf(r.valueAsString());
            begun.add(value);
            if (value.endsWith("1")) {
                both.await(30, TimeUnit.SECONDS);
            }
            return io.sluice.processor.Verdict.ack();
        });
        try (ProcessorServer server = parallel.start();
                TestGateway gateway = TestGateway.greeted(server)) {
            gateway.send(batch(1, "a1", "a2", "a3", "b1", "b2", "b3"));
            assertThat(gateway.outcomes(1, 6).values()).containsOnly("ACK");
            assertThat(begun.stream().filter(v -> v.startsWith("a"))).containsExactly("a1", "a2", "a3");
            assertThat(begun.stream().filter(v -> v.startsWith("b"))).containsExactly("b1", "b2", "b3");
        }
    }

    @Test
    void aBlockedRecordDoesNotHoldBackTheVerdictsOfOtherGroups() throws Exception {
        try (ProcessorServer server = processor().concurrency(2).start();
                TestGateway gateway = TestGateway.greeted(server)) {
            gateway.send(batch(1, "a1", "a2!", "a3", "b1", "c1"));
            assertThat(gateway.outcomes(1, 3)).isEqualTo(Map.of(0, "ACK", 3, "ACK", 4, "ACK"));
            unblock.countDown();
            assertThat(gateway.outcomes(1, 2)).isEqualTo(Map.of(1, "ACK", 2, "ACK"));
        }
    }

    @Test
    void aLeaseIsExtendedWhileTheHandlerBlocksUntilTheMaximum() throws Exception {
        try (ProcessorServer server = processor().start();
                TestGateway gateway = new TestGateway(server)) {
            gateway.await(FrameCase.HELLO);
            gateway.send(hello(1, 200, 600));
            gateway.send(batch(5, "a!"));
            for (int i = 0; i < 2; i++) {
                assertThat(gateway.await(FrameCase.EXTEND).getExtend().getBatchIdsList())
                        .containsExactly(5L);
            }
            unblock.countDown();
            assertThat(gateway.outcomes(5, 1)).isEqualTo(Map.of(0, "ACK"));
        }
    }

    @Test
    void closeDrainsWhatIsHeldAndThenEndsTheStream() throws Exception {
        ProcessorServer server = processor().start();
        try (TestGateway gateway = TestGateway.greeted(server)) {
            gateway.send(batch(1, "a1!", "a2", "b1"));
            assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
            assertThat(gateway.await(FrameCase.DRAIN).getDrain().getReason()).isEqualTo("the processor stops");
            // Crossed the drain on the wire: still settled.
            gateway.send(batch(2, "d1"));
            unblock.countDown();
            assertThat(gateway.outcomes(1, 3).values()).containsOnly("ACK");
            assertThat(gateway.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
            closed.get(30, TimeUnit.SECONDS);
            assertThat(begun).contains("d1");
        }
    }

    @Test
    void whatIsNotBegunByTheDrainDeadlineIsReleased() throws Exception {
        ProcessorServer server =
                processor().drainTimeout(Duration.ofMillis(300)).start();
        try (TestGateway gateway = TestGateway.greeted(server)) {
            gateway.send(batch(1, "a1!", "b1", "c1"));
            assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
            server.close();
            assertThat(gateway.outcomes(1, 2)).isEqualTo(Map.of(1, "RELEASE", 2, "RELEASE"));
            assertThat(gateway.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
        }
    }

    @Test
    void aRevokedPartitionIsReleasedUnlessBegunAndOthersGoOn() throws Exception {
        try (ProcessorServer server = processor().start();
                TestGateway gateway = TestGateway.greeted(server)) {
            GatewayFrame.Builder frame = batch(1, "a1!", "a2", "b1");
            frame.getBatchBuilder().addRecords(TestGateway.record("c1").setPartition(1));
            gateway.send(frame);
            assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
            gateway.send(revoke(Revoke.newBuilder()
                    .addPartitions(TopicPartition.newBuilder().setTopic("t").setPartition(0))
                    .setDeadline(ms(10_000))));
            assertThat(gateway.outcomes(1, 1)).isEqualTo(Map.of(2, "RELEASE"));
            unblock.countDown();
            assertThat(gateway.outcomes(1, 3)).isEqualTo(Map.of(0, "ACK", 1, "RELEASE", 3, "ACK"));
            assertThat(begun).containsExactly("a1!", "c1");
        }
    }

    @Test
    void nothingIsSaidAboutABatchThatWasTakenBack() throws Exception {
        try (ProcessorServer server = processor().concurrency(2).start();
                TestGateway gateway = TestGateway.greeted(server)) {
            gateway.send(batch(1, "a1!", "a2"));
            assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
            gateway.send(revoke(Revoke.newBuilder().addBatchIds(1).setCause(RevokeCause.REVOKE_CAUSE_LEASE_EXPIRED)));
            gateway.send(batch(2, "b1"));
            assertThat(gateway.outcomes(2, 1)).isEqualTo(Map.of(0, "ACK"));
            unblock.countDown();
            gateway.send(batch(3, "c1"));
            assertThat(gateway.await(FrameCase.RESULTS).getResults().getBatchesList())
                    .extracting(BatchResult::getBatchId)
                    .containsExactly(3L);
            assertThat(begun).containsExactly("a1!", "b1", "c1");
        }
    }

    private static GatewayFrame.Builder revoke(Revoke.Builder revoke) {
        return GatewayFrame.newBuilder().setRevoke(revoke);
    }

    @Test
    void goAwayIsFinishedAndThenTheStreamEnds() throws Exception {
        try (ProcessorServer server = processor().start();
                TestGateway gateway = TestGateway.greeted(server)) {
            gateway.send(batch(1, "a1!", "b1"));
            gateway.send(GatewayFrame.newBuilder()
                    .setGoAway(GoAway.newBuilder()
                            .setDeadline(ms(20_000))
                            .setCause(GoAwayCause.GO_AWAY_CAUSE_SHUTDOWN)
                            .setReason("restart")));
            assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
            unblock.countDown();
            assertThat(gateway.outcomes(1, 2).values()).containsOnly("ACK");
            assertThat(gateway.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
        }
    }

    @Test
    void goAwayWithoutADeadlineEndsTheStreamAtOnce() throws Exception {
        try (ProcessorServer server = processor().start();
                TestGateway gateway = TestGateway.greeted(server)) {
            gateway.send(batch(1, "a1!"));
            assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
            gateway.send(GatewayFrame.newBuilder()
                    .setGoAway(GoAway.newBuilder()
                            .setCause(GoAwayCause.GO_AWAY_CAUSE_PROTOCOL_ERROR)
                            .setReason("ACK after RETRY in group 3")));
            assertThat(gateway.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
            unblock.countDown();
        }
    }

    @Test
    void aGatewayThatStopsSendingStillGetsItsVerdicts() throws Exception {
        try (ProcessorServer server = processor().start();
                TestGateway gateway = TestGateway.greeted(server)) {
            gateway.send(batch(1, "a1!", "b1"));
            gateway.out.onCompleted();
            assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
            unblock.countDown();
            assertThat(gateway.outcomes(1, 2).values()).containsOnly("ACK");
            assertThat(gateway.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
        }
    }

    @Test
    void aLostStreamDoesNotDisturbTheNextOne() throws Exception {
        try (ProcessorServer server = processor().start()) {
            try (TestGateway lost = TestGateway.greeted(server)) {
                lost.send(batch(1, "a1!", "b1", "c1"));
                assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
            }
            unblock.countDown();
            try (TestGateway gateway = TestGateway.greeted(server)) {
                gateway.send(batch(1, "x1", "y1"));
                assertThat(gateway.outcomes(1, 2).values()).containsOnly("ACK");
            }
        }
    }

    @Test
    void manySmallBatchesShareFramesAndAreEachAnsweredOnce() throws Exception {
        try (ProcessorServer server = processor().start();
                TestGateway gateway = TestGateway.greeted(server)) {
            int batches = 3_000;
            for (int id = 1; id <= batches; id++) {
                gateway.send(batch(id, "a1"));
            }
            List<Long> answered = new java.util.ArrayList<>();
            int frames = 0;
            while (answered.size() < batches) {
                ProcessorFrame frame = gateway.await(FrameCase.RESULTS);
                frames++;
                frame.getResults().getBatchesList().forEach(b -> answered.add(b.getBatchId()));
            }
            assertThat(answered).doesNotHaveDuplicates();
            assertThat(frames).isLessThanOrEqualTo(batches);
        }
    }
}
