package io.sluice.devkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.sluice.devkit.kafka.Ports;
import io.sluice.devkit.oracle.LogReader;
import io.sluice.devkit.oracle.LogRecord;
import io.sluice.devkit.oracle.LogRecord.Answered;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import io.sluice.devkit.process.ChildProcess;
import io.sluice.proto.processor.v1.Batch;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.GatewayHello;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorGrpc;
import io.sluice.proto.processor.v1.Record;
import io.sluice.proto.processor.v1.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processor on Node speaks the contract and keeps the journal that the oracle reads. */
class NodeProcessorIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void doesWhatValuesSayAndJournalsItBeforehand(@TempDir Path folder) throws Exception {
        if (System.getenv("SLUICE_REQUIRE_NODE") == null) {
            Assumptions.assumeTrue(installed(folder), "*** LEFT OUT: no node on the PATH ***");
        }
        Path journal = folder.resolve("n1.jsonl");
        int port = Ports.free();
        List<String> command = new ArrayList<>(NodeProcessor.command(folder));
        command.addAll(List.of("--name", "n1", "--port", Integer.toString(port), "--logs", folder.toString()));
        LinkedBlockingQueue<ProcessorFrame> frames = new LinkedBlockingQueue<>();

        try (ChildProcess node = ChildProcess.start("n1", command, folder.resolve("n1.log"))) {
            node.awaitLine("listening on " + port, PATIENCE);
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .build();
            StreamObserver<GatewayFrame> call = ProcessorGrpc.newStub(channel).process(into(frames));
            call.onNext(GatewayFrame.newBuilder()
                    .setHello(GatewayHello.newBuilder().setProtocol(1).setGatewayId("g1/0"))
                    .build());
            call.onNext(GatewayFrame.newBuilder().setBatch(batch()).build());

            assertThat(next(frames).getHello().getCredit().getMaxOutstandingRecords())
                    .isEqualTo(4000);
            assertThat(verdicts(frames, 6))
                    .isEqualTo(Map.of(
                            0, "OUTCOME_ACK",
                            1, "OUTCOME_RETRY",
                            2, "OUTCOME_RELEASE",
                            3, "OUTCOME_REJECT",
                            4, "OUTCOME_ACK",
                            5, "OUTCOME_ACK"));

            node.terminate();
            assertThat(next(frames).hasDrain()).isTrue();
            assertThat(node.exitCode(PATIENCE)).isZero();
            channel.shutdownNow();
        }

        List<LogRecord> log = new ArrayList<>();
        LogReader.read(journal, log::add);
        List<Delivered> delivered = log.stream()
                .filter(Delivered.class::isInstance)
                .map(Delivered.class::cast)
                .toList();
        assertThat(delivered).extracting(Delivered::offset).containsExactly(100L, 101L, 102L, 103L, 104L, 105L);
        assertThat(delivered).extracting(Delivered::uid).containsExactly("0", "1", "2", "3", "4", "");
        assertThat(delivered).extracting(Delivered::key).containsExactly("k", "k", "k", "k", "k", null);
        assertThat(delivered.get(0).sha())
                .isEqualTo(LogRecord.sha(batch().getRecords(0).getValue().toByteArray()));
        assertThat(delivered.get(5).sha()).isEmpty();
        assertThat(delivered).allMatch(d -> d.gateway().equals("g1/0") && d.batch() == 7);
        assertThat(log.stream()
                        .filter(Answered.class::isInstance)
                        .mapToInt(a -> ((Answered) a).count())
                        .sum())
                .isEqualTo(6);
        assertThat(log.get(0)).isInstanceOf(Delivered.class);
    }

    private static Batch batch() {
        String[] scripts = {"ack", "retry:1", "ack", "reject", "ack:5"};
        Batch.Builder batch = Batch.newBuilder().setBatchId(7);
        for (int i = 0; i < scripts.length; i++) {
            byte[] value = new Payload(Integer.toString(i), i, scripts[i], "xyz").bytes();
            batch.addRecords(Record.newBuilder()
                    .setTopic("t")
                    .setOffset(100 + i)
                    .setKey(ByteString.copyFromUtf8("k"))
                    .setValue(ByteString.copyFrom(value))
                    .setGroup(i < 3 ? 1 : i)
                    .setAttempt(1));
        }
        return batch.addRecords(Record.newBuilder()
                        .setTopic("t")
                        .setOffset(105)
                        .setGroup(9)
                        .setAttempt(1))
                .build();
    }

    private static Map<Integer, String> verdicts(LinkedBlockingQueue<ProcessorFrame> frames, int count)
            throws InterruptedException {
        Map<Integer, String> found = new TreeMap<>();
        while (found.size() < count) {
            for (Verdict verdict : next(frames).getResults().getBatches(0).getVerdictsList()) {
                for (int i = 0; i < verdict.getCount(); i++) {
                    found.put(verdict.getFirst() + i, verdict.getOutcome().name());
                }
            }
        }
        return found;
    }

    private static ProcessorFrame next(LinkedBlockingQueue<ProcessorFrame> frames) throws InterruptedException {
        ProcessorFrame frame = frames.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(frame).as("a frame of the processor").isNotNull();
        return frame;
    }

    private static StreamObserver<ProcessorFrame> into(LinkedBlockingQueue<ProcessorFrame> frames) {
        return new StreamObserver<>() {
            @Override
            public void onNext(ProcessorFrame frame) {
                frames.add(frame);
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {}
        };
    }

    private static boolean installed(Path folder) {
        try {
            NodeProcessor.command(folder);
            return true;
        } catch (IllegalStateException e) {
            return e.getMessage() == null || !e.getMessage().contains("not installed");
        }
    }
}
