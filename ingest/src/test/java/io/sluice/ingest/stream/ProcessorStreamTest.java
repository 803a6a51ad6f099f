package io.sluice.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import io.grpc.Status;
import io.sluice.ingest.delivery.Batches;
import io.sluice.ingest.delivery.Entry;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.delivery.StreamInfo;
import io.sluice.ingest.delivery.StreamPort;
import io.sluice.ingest.ring.Reply;
import io.sluice.proto.processor.v1.Credit;
import io.sluice.proto.processor.v1.Drain;
import io.sluice.proto.processor.v1.Extend;
import io.sluice.proto.processor.v1.GatewayHello;
import io.sluice.proto.processor.v1.GoAway;
import io.sluice.proto.processor.v1.GoAwayCause;
import io.sluice.proto.processor.v1.Ordering;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.Record;
import io.sluice.proto.processor.v1.Revoke;
import io.sluice.proto.processor.v1.RevokeCause;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One stream, over real HTTP/2 on loopback. */
class ProcessorStreamTest {
    private static final PartitionEpoch QUAKES = new PartitionEpoch("quakes", 3, 1);

    private FakeProcessor processor;
    private Bench bench;

    @BeforeEach
    void start() throws Exception {
        processor = FakeProcessor.start();
        bench = Bench.dialling(processor.target());
    }

    @AfterEach
    void stop() {
        bench.close();
        processor.close();
    }

    @Test
    void theGatewayGreetsFirstAndAStreamIsUpOnceTheProcessorHasAnswered() {
        FakeProcessor.Call call = processor.nextCall();

        GatewayHello hello = call.next().getHello();
        call.hello();
        Reply.StreamUp up = bench.next(Reply.StreamUp.class);

        assertThat(hello.getProtocol()).isEqualTo(1);
        assertThat(hello.getGatewayId()).isEqualTo("gw-1/0");
        assertThat(hello.getPipeline()).isEqualTo("quakes");
        assertThat(hello.getOrdering()).isEqualTo(Ordering.ORDERING_KEY);
        assertThat(hello.getLease().getSeconds()).isEqualTo(30);
        assertThat(hello.getMaxLease().getSeconds()).isEqualTo(600);
        assertThat(hello.getMaxAttempts()).isEqualTo(5);
        assertThat(hello.getMaxFrameBytes()).isEqualTo(4 << 20);
        assertThat(up.info())
                .isEqualTo(new StreamInfo("127.0.0.1:" + processor.port(), "fake", "1.0", "fake-1", 4 << 20));
        assertThat(up.creditRecords()).isEqualTo(1000);
        assertThat(up.creditBytes()).isEqualTo(1 << 20);
        await().until(() -> bench.only().state() == TargetStatus.State.UP);
    }

    @Test
    void creditExtendAndDrainReachTheLane() {
        FakeProcessor.Call call = processor.nextCall().greeted();
        StreamPort stream = bench.next(Reply.StreamUp.class).stream();

        call.send(ProcessorFrame.newBuilder()
                .setCredit(Credit.newBuilder().setMaxOutstandingRecords(7))
                .build());
        call.send(ProcessorFrame.newBuilder()
                .setExtend(Extend.newBuilder()
                        .addBatchIds(3)
                        .addBatchIds(4)
                        .setLease(Duration.newBuilder().setSeconds(60)))
                .build());
        call.send(ProcessorFrame.newBuilder()
                .setDrain(Drain.newBuilder().setReason("rolling restart"))
                .build());

        assertThat(bench.next(Reply.CreditLevel.class)).isEqualTo(new Reply.CreditLevel(stream, 7, 0));
        assertThat(bench.next(Reply.Extend.class))
                .isEqualTo(new Reply.Extend(stream, List.of(3L, 4L), TimeUnit.SECONDS.toNanos(60)));
        assertThat(bench.next(Reply.Draining.class)).isEqualTo(new Reply.Draining(stream, 0, "rolling restart"));
    }

    @Test
    void noMoreFramesComeThanTheLaneHasHandled() {
        FakeProcessor.Call call = processor.nextCall().greeted();
        StreamPort stream = bench.next(Reply.StreamUp.class).stream();
        for (int i = 1; i <= 20; i++) {
            call.send(ProcessorFrame.newBuilder()
                    .setCredit(Credit.newBuilder().setMaxOutstandingRecords(i))
                    .build());
        }

        assertThat(bench.next(Reply.CreditLevel.class).creditRecords()).isEqualTo(1);
        await().pollDelay(java.time.Duration.ofMillis(300)).until(() -> true);
        int[] seen = {1 + bench.all(Reply.CreditLevel.class).size()};
        assertThat(seen[0]).isEqualTo(ProcessorStream.WINDOW);
        stream.frameHandled();
        await().until(() -> {
            int more = bench.all(Reply.CreditLevel.class).size();
            for (int i = 0; i < more; i++) {
                stream.frameHandled();
            }
            return (seen[0] += more) == 20;
        });
    }

    @Test
    void recordsArriveByteForByte() {
        FakeProcessor.Call call = processor.nextCall().greeted();
        StreamPort stream = bench.next(Reply.StreamUp.class).stream();
        byte[] large = new byte[900 << 10];
        new Random(1).nextBytes(large);
        Header[] many = new Header[1000];
        for (int i = 0; i < many.length; i++) {
            many[i] = new Header("n" + i % 10, new byte[] {(byte) i, (byte) (i >> 8), 0, (byte) 0xff});
        }
        Entry[] sent = {
            Batches.entry(QUAKES, 1, null, null),
            Batches.entry(QUAKES, 2, new byte[0], new byte[0]),
            Batches.entry(QUAKES, 3, new byte[] {0, (byte) 0xff, (byte) 0xc3}, large),
            Batches.entry(QUAKES, 5, new byte[] {1}, new byte[] {2}, many),
            Batches.entry(
                    QUAKES,
                    6,
                    new byte[] {1},
                    null,
                    new Header("", null),
                    new Header("twice", new byte[0]),
                    new Header("twice", new byte[] {(byte) 0x80}))
        };

        stream.send(Batches.batch(1, sent), 1);

        List<Record> got = call.next().getBatch().getRecordsList();
        assertThat(got).hasSize(sent.length);
        for (int i = 0; i < sent.length; i++) {
            assertSame(got.get(i), sent[i]);
        }
    }

    private static void assertSame(Record got, Entry sent) {
        assertThat(got.getOffset()).isEqualTo(sent.offset());
        assertThat(got.hasKey()).isEqualTo(sent.key() != null);
        assertThat(got.hasValue()).isEqualTo(sent.value() != null);
        assertThat(got.getKey().toByteArray()).isEqualTo(sent.key() == null ? new byte[0] : sent.key());
        assertThat(got.getValue().toByteArray()).isEqualTo(sent.value() == null ? new byte[0] : sent.value());
        assertThat(got.getHeadersCount()).isEqualTo(sent.headers().length);
        for (int i = 0; i < sent.headers().length; i++) {
            Header header = sent.headers()[i];
            assertThat(got.getHeaders(i).getName()).isEqualTo(header.name());
            assertThat(got.getHeaders(i).hasValue()).isEqualTo(header.value() != null);
            assertThat(got.getHeaders(i).getValue().toByteArray())
                    .isEqualTo(header.value() == null ? new byte[0] : header.value());
        }
    }

    @Test
    void aRevokeNamesBatchesPartitionsAndTime() {
        FakeProcessor.Call call = processor.nextCall().greeted();
        StreamPort stream = bench.next(Reply.StreamUp.class).stream();

        stream.revoke(List.of(4L), List.of(QUAKES), TimeUnit.SECONDS.toNanos(3), StreamPort.RevokeCause.REBALANCE);
        stream.revoke(List.of(5L), List.of(), 0, StreamPort.RevokeCause.LEASE_EXPIRED);

        Revoke first = call.next().getRevoke();
        assertThat(first.getBatchIdsList()).containsExactly(4L);
        assertThat(first.getPartitions(0).getTopic()).isEqualTo("quakes");
        assertThat(first.getPartitions(0).getPartition()).isEqualTo(3);
        assertThat(first.getDeadline().getSeconds()).isEqualTo(3);
        assertThat(first.getCause()).isEqualTo(RevokeCause.REVOKE_CAUSE_REBALANCE);
        Revoke second = call.next().getRevoke();
        assertThat(second.hasDeadline()).isFalse();
        assertThat(second.getCause()).isEqualTo(RevokeCause.REVOKE_CAUSE_LEASE_EXPIRED);
    }

    @Test
    void aClosedStreamSaysWhyTakesNoMoreAndIsNotBlamed() {
        FakeProcessor.Call call = processor.nextCall().greeted();
        StreamPort stream = bench.next(Reply.StreamUp.class).stream();

        stream.close(StreamPort.CloseCause.SHUTDOWN, "the gateway stops", TimeUnit.SECONDS.toNanos(30));
        stream.send(Batches.batch(1, Batches.entry(QUAKES, 1, null, null)), 1);

        GoAway goAway = call.next().getGoAway();
        assertThat(goAway.getCause()).isEqualTo(GoAwayCause.GO_AWAY_CAUSE_SHUTDOWN);
        assertThat(goAway.getReason()).isEqualTo("the gateway stops");
        assertThat(goAway.getDeadline().getSeconds()).isEqualTo(30);
        assertThat(call.nextEnd()).isEqualTo("half-close");
        assertThat(stream.ready()).isFalse();
        call.send(ProcessorFrame.newBuilder()
                .setCredit(Credit.newBuilder().setMaxOutstandingRecords(1))
                .build());
        bench.next(Reply.CreditLevel.class);
        call.out.onCompleted();
        assertThat(bench.next(Reply.StreamDown.class))
                .isEqualTo(new Reply.StreamDown(stream, "closed by the gateway: the gateway stops", false));
        assertThat(call.frames).isEmpty();
    }

    @Test
    void aProcessorThatIgnoresAGoodbyeIsCut() {
        FakeProcessor.Call call = processor.nextCall().greeted();
        StreamPort stream = bench.next(Reply.StreamUp.class).stream();

        stream.close(StreamPort.CloseCause.PROTOCOL_ERROR, "UNKNOWN_BATCH: batch 9", 0);

        assertThat(call.next().getGoAway().getReason()).isEqualTo("UNKNOWN_BATCH: batch 9");
        assertThat(call.nextEnd()).isEqualTo("half-close");
        assertThat(call.nextEnd()).isEqualTo("cancelled");
        assertThat(bench.next(Reply.StreamDown.class).blame()).isTrue();
    }

    @Test
    void aStreamThatBreaksIsReportedOnceAndBlamed() {
        FakeProcessor.Call call = processor.nextCall().greeted();
        StreamPort stream = bench.next(Reply.StreamUp.class).stream();

        call.end(Status.INTERNAL.withDescription("handler\nfell over"));

        assertThat(bench.next(Reply.StreamDown.class))
                .isEqualTo(new Reply.StreamDown(stream, "INTERNAL: handler fell over", true));
        processor.nextCall();
        assertThat(bench.all(Reply.StreamDown.class)).isEmpty();
    }

    @Test
    void aStreamThatEndsInOrderButUnannouncedIsBlamedToo() {
        FakeProcessor.Call call = processor.nextCall().greeted();
        StreamPort stream = bench.next(Reply.StreamUp.class).stream();

        call.out.onCompleted();

        assertThat(bench.next(Reply.StreamDown.class))
                .isEqualTo(new Reply.StreamDown(stream, "the processor ended the stream with OK", true));
    }

    @Test
    void aProcessorThatDrainedIsNotBlamedAndNotCountedAsAFailure() {
        // As in grpc/grpc-java#9903.
        FakeProcessor.Call call = processor.nextCall().greeted();
        StreamPort stream = bench.next(Reply.StreamUp.class).stream();

        call.send(ProcessorFrame.newBuilder()
                .setDrain(Drain.newBuilder().setDeadline(Duration.newBuilder().setSeconds(5)))
                .build());
        call.out.onCompleted();

        assertThat(bench.next(Reply.Draining.class).deadlineNs()).isEqualTo(TimeUnit.SECONDS.toNanos(5));
        assertThat(bench.next(Reply.StreamDown.class))
                .isEqualTo(new Reply.StreamDown(stream, "the processor has drained", false));
        assertThat(bench.pool.counters().failures()).isEmpty();
    }

    @Test
    void aServerThatStopsAtOnceEndsItsStream() {
        processor.nextCall().greeted();
        bench.next(Reply.StreamUp.class);

        processor.close();

        // Either may come first: the reset of the stream or the end of the connection.
        assertThat(bench.next(Reply.StreamDown.class).why()).matches("(UNAVAILABLE|CANCELLED): .+");
    }
}
