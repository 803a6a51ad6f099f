package io.sluice.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.sluice.ingest.delivery.StreamPort;
import io.sluice.ingest.ring.Reply;
import io.sluice.proto.processor.v1.BatchResult;
import io.sluice.proto.processor.v1.Credit;
import io.sluice.proto.processor.v1.Drain;
import io.sluice.proto.processor.v1.Extend;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.Outcome;
import io.sluice.proto.processor.v1.Output;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorGrpc;
import io.sluice.proto.processor.v1.ProcessorHello;
import io.sluice.proto.processor.v1.Results;
import io.sluice.proto.processor.v1.Verdict;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every way in which a single frame can be wrong, over the wire, and the one line its author gets to see. */
@Timeout(300)
class BadFramesTest {
    private static final String GOLDEN = "bad-frames.txt";

    @Test
    void everyBadFrameEndsTheStreamWithItsOneClearLine() throws Exception {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, ProcessorFrame> bad : firstFrames().entrySet()) {
            lines.add(bad.getKey() + " -> " + reasonFor(bad.getValue(), false));
        }
        for (Map.Entry<String, ProcessorFrame> bad : laterFrames().entrySet()) {
            lines.add(bad.getKey() + " -> " + reasonFor(bad.getValue(), true));
        }
        for (Map.Entry<String, byte[]> bad : rawFrames().entrySet()) {
            lines.add(bad.getKey() + " -> " + reasonForRaw(bad.getValue()));
        }

        assertThat(String.join("\n", lines) + "\n").isEqualTo(golden());
        assertThat(lines)
                .hasSizeGreaterThanOrEqualTo(20)
                .allSatisfy(line -> assertThat(line.length()).isLessThan(300));
    }

    private static Map<String, ProcessorFrame> firstFrames() {
        Map<String, ProcessorFrame> bad = new LinkedHashMap<>();
        bad.put("first frame: no content", ProcessorFrame.getDefaultInstance());
        bad.put("first frame: credit", credit(1, 0));
        bad.put("first frame: results", verdict(ack(0, 1)));
        bad.put("first frame: drain", drain(Drain.newBuilder()));
        bad.put("hello: no protocol", FakeProcessor.frame(ProcessorHello.newBuilder()));
        bad.put(
                "hello: protocol too new",
                FakeProcessor.frame(hello().setMinProtocol(2).setMaxProtocol(9)));
        bad.put(
                "hello: protocol range upside down",
                FakeProcessor.frame(hello().setMinProtocol(2).setMaxProtocol(1)));
        bad.put("hello: frames too small", FakeProcessor.frame(hello().setMaxFrameBytes(65535)));
        bad.put("hello: frames too large", FakeProcessor.frame(hello().setMaxFrameBytes(-1)));
        bad.put(
                "hello: credit in records",
                FakeProcessor.frame(hello().setCredit(Credit.newBuilder().setMaxOutstandingRecords(-1))));
        bad.put(
                "hello: credit in bytes",
                FakeProcessor.frame(hello().setCredit(Credit.newBuilder().setMaxOutstandingBytes(-1))));
        return bad;
    }

    private static Map<String, ProcessorFrame> laterFrames() {
        Map<String, ProcessorFrame> bad = new LinkedHashMap<>();
        bad.put("no content", ProcessorFrame.getDefaultInstance());
        bad.put("second hello", FakeProcessor.greeting());
        bad.put("credit: records", credit(Integer.MIN_VALUE, 0));
        bad.put("credit: bytes", credit(1, Long.MIN_VALUE));
        bad.put("results: batch 0", results(BatchResult.newBuilder()));
        bad.put("results: batch beyond", results(BatchResult.newBuilder().setBatchId(-1)));
        bad.put("verdict: first beyond", verdict(ack(-1, 1)));
        bad.put("verdict: count beyond", verdict(ack(0, -1)));
        bad.put("verdict: end beyond", verdict(ack(Integer.MAX_VALUE, 1)));
        bad.put("verdict: no outcome", verdict(Verdict.newBuilder().setCount(1)));
        bad.put("verdict: unknown outcome", verdict(ack(0, 1).setOutcomeValue(9)));
        bad.put("verdict: unknown scope", verdict(ack(0, 1).setScopeValue(4)));
        bad.put("verdict: negative retry_after", verdict(retryAfter(-1, 0)));
        bad.put("verdict: negative nanos", verdict(retryAfter(0, -1)));
        bad.put("verdict: too many nanos", verdict(retryAfter(0, 1_000_000_000)));
        bad.put(
                "output: none declared",
                results(BatchResult.newBuilder()
                        .setBatchId(7)
                        .addOutputs(Output.newBuilder().setName("alerts\nINFO forged"))));
        bad.put("extend: batch 0", extend(Extend.newBuilder().addBatchIds(3).addBatchIds(0)));
        bad.put("extend: negative lease", extend(Extend.newBuilder().setLease(duration(-30, 0))));
        bad.put("drain: negative deadline", drain(Drain.newBuilder().setDeadline(duration(-1, -1))));
        bad.put("too many batch ids", tooManyIds());
        bad.put("too many verdicts", tooManyVerdicts());
        return bad;
    }

    private static Map<String, byte[]> rawFrames() {
        Map<String, byte[]> bad = new LinkedHashMap<>();
        bad.put("raw: no protobuf", new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff});
        bad.put("raw: cut short", new byte[] {0x1a, 0x10, 0x01});
        // results { batches { verdicts { code: "\xff" } } }
        bad.put("raw: code not UTF-8", new byte[] {0x1a, 0x07, 0x0a, 0x05, 0x12, 0x03, 0x22, 0x01, (byte) 0xff});
        bad.put("raw: nested too deep", nested(200));
        bad.put(
                "raw: frame too large",
                drain(Drain.newBuilder().setReason("x".repeat(5 << 20))).toByteArray());
        return bad;
    }

    /** Groups of an unknown field, one within the other. */
    private static byte[] nested(int depth) {
        byte[] bytes = new byte[2 * depth];
        java.util.Arrays.fill(bytes, 0, depth, (byte) (15 << 3 | 3));
        java.util.Arrays.fill(bytes, depth, 2 * depth, (byte) (15 << 3 | 4));
        return bytes;
    }

    /** What the gateway's goodbye says. */
    private static String reasonFor(ProcessorFrame bad, boolean greeted) throws IOException {
        try (FakeProcessor processor = FakeProcessor.start();
                Bench bench = Bench.dialling(processor.target())) {
            FakeProcessor.Call call = processor.nextCall();
            call.next();
            if (greeted) {
                call.hello();
            }
            call.send(bad);
            if (greeted) {
                Reply.Violation violation = bench.next(Reply.Violation.class);
                assertThat(violation.text()).startsWith(violation.reason() + ": ");
                violation.stream().close(StreamPort.CloseCause.PROTOCOL_ERROR, violation.text(), 0);
            }
            String reason = call.next().getGoAway().getReason();
            assertThat(bench.pool.counters().violations()).containsOnlyKeys(reason.substring(0, reason.indexOf(':')));
            return reason;
        }
    }

    /** Why the stream is down: what is no frame at all is refused by the transport, which leaves no time for a goodbye. */
    private static String reasonForRaw(byte[] bad) throws IOException {
        try (FakeProcessor processor = FakeProcessor.start(() -> rawService(bad));
                Bench bench = Bench.dialling(processor.target())) {
            Reply.StreamDown down = bench.next(Reply.StreamDown.class);
            assertThat(down.blame()).isTrue();
            await().until(() -> !bench.pool.counters().failures().isEmpty());
            assertThat(bench.pool.counters().violations())
                    .containsOnlyKeys(bad.length < 1_000 ? "FRAME_UNREADABLE" : "FRAME_TOO_LARGE");
            return down.why();
        }
    }

    private static ServerServiceDefinition rawService(byte[] bad) {
        MethodDescriptor<GatewayFrame, byte[]> method = ProcessorGrpc.getProcessMethod().toBuilder(
                        ProcessorGrpc.getProcessMethod().getRequestMarshaller(), new Bytes())
                .setSchemaDescriptor(null)
                .build();
        return ServerServiceDefinition.builder(ProcessorGrpc.SERVICE_NAME)
                .addMethod(method, ServerCalls.asyncBidiStreamingCall(out -> answering(out, bad)))
                .build();
    }

    private static StreamObserver<GatewayFrame> answering(StreamObserver<byte[]> out, byte[] bad) {
        return new StreamObserver<>() {
            @Override
            public void onNext(GatewayFrame frame) {
                if (frame.hasHello()) {
                    out.onNext(FakeProcessor.greeting().toByteArray());
                    out.onNext(bad);
                }
            }

            @Override
            public void onError(Throwable thrown) {}

            @Override
            public void onCompleted() {
                out.onCompleted();
            }
        };
    }

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

    private static String golden() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(BadFramesTest.class.getResourceAsStream(GOLDEN), "no resource " + GOLDEN)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ProcessorHello.Builder hello() {
        return FakeProcessor.greeting().getHello().toBuilder();
    }

    private static ProcessorFrame credit(int records, long bytes) {
        return ProcessorFrame.newBuilder()
                .setCredit(Credit.newBuilder().setMaxOutstandingRecords(records).setMaxOutstandingBytes(bytes))
                .build();
    }

    private static ProcessorFrame results(BatchResult.Builder result) {
        return ProcessorFrame.newBuilder()
                .setResults(Results.newBuilder().addBatches(result))
                .build();
    }

    private static ProcessorFrame verdict(Verdict.Builder verdict) {
        return results(
                BatchResult.newBuilder().setBatchId(7).addVerdicts(ack(0, 1)).addVerdicts(verdict));
    }

    private static Verdict.Builder ack(int first, int count) {
        return Verdict.newBuilder().setFirst(first).setCount(count).setOutcome(Outcome.OUTCOME_ACK);
    }

    private static Verdict.Builder retryAfter(long seconds, int nanos) {
        return ack(0, 1).setOutcome(Outcome.OUTCOME_RETRY).setRetryAfter(duration(seconds, nanos));
    }

    private static Duration.Builder duration(long seconds, int nanos) {
        return Duration.newBuilder().setSeconds(seconds).setNanos(nanos);
    }

    private static ProcessorFrame extend(Extend.Builder extend) {
        return ProcessorFrame.newBuilder().setExtend(extend).build();
    }

    private static ProcessorFrame drain(Drain.Builder drain) {
        return ProcessorFrame.newBuilder().setDrain(drain).build();
    }

    private static ProcessorFrame tooManyIds() {
        Extend.Builder extend = Extend.newBuilder();
        for (int i = 1; i <= FrameCodec.MOST_ITEMS + 1; i++) {
            extend.addBatchIds(i);
        }
        return extend(extend);
    }

    private static ProcessorFrame tooManyVerdicts() {
        BatchResult.Builder result = BatchResult.newBuilder().setBatchId(1);
        for (int i = 0; i <= FrameCodec.MOST_ITEMS; i++) {
            result.addVerdicts(ack(i, 1));
        }
        return results(result);
    }
}
