package io.sluice.devkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.junit.WithKafka;
import io.sluice.devkit.kafka.EmbeddedKafka;
import io.sluice.devkit.kafka.KafkaBroker;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.Topics;
import io.sluice.ingest.delivery.CompletionCodec;
import io.sluice.proto.processor.v1.BatchResult;
import io.sluice.proto.processor.v1.Outcome;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.Record;
import io.sluice.proto.processor.v1.Results;
import io.sluice.proto.processor.v1.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway that is killed leaves done above its committed offset is not delivered again by the next one. */
@WithKafka
class CompletionsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Acks what the test lets it, holds the rest back, and counts by offset what it was sent. */
    private static final class Picky {
        final BitSet acked = new BitSet();
        final BitSet again = new BitSet();
        IntPredicate holds;
        int repeated;

        Picky(IntPredicate holds) {
            this.holds = holds;
        }

        synchronized void take(RawProcessor.Taken taken) {
            BatchResult.Builder result =
                    BatchResult.newBuilder().setBatchId(taken.batch().getBatchId());
            List<Record> records = taken.batch().getRecordsList();
            for (int i = 0; i < records.size(); i++) {
                int offset = (int) records.get(i).getOffset();
                if (acked.get(offset)) {
                    repeated++;
                    again.set(offset);
                }
                if (!holds.test(offset)) {
                    acked.set(offset);
                    result.addVerdicts(
                            Verdict.newBuilder().setFirst(i).setCount(1).setOutcome(Outcome.OUTCOME_ACK));
                }
            }
            synchronized (taken.call()) {
                if (!taken.call().isCancelled()) {
                    taken.call()
                            .onNext(ProcessorFrame.newBuilder()
                                    .setResults(Results.newBuilder().addBatches(result))
                                    .build());
                }
            }
        }

        synchronized int acked() {
            return acked.cardinality();
        }

        synchronized void holdNothing() {
            holds = offset -> false;
        }

        synchronized int repeated() {
            return repeated;
        }
    }

    @Test
    void ofFiftyThousandCompletionsInASparseWindowAKilledGatewayRepeatsNone(TestKafka kafka, @TempDir Path folder)
            throws Exception {
        SplittableRandom random = new SplittableRandom(20);
        BitSet held = new BitSet();
        for (int offset = 0; offset < 52_600; offset++) {
            held.set(offset, offset == 0 || random.nextInt(20) == 0);
        }
        Run run = run(kafka.broker(), kafka.topic("sparse", 1), folder, held, 52_600);
        assertThat(run.acked()).isGreaterThan(49_500);
        assertThat(run.told()).as("offsets told as done").isEqualTo(run.acked());
        assertThat(run.repeated()).as("delivered again, at most 2 %").isLessThanOrEqualTo(run.acked() / 50);
    }

    @Test
    void whatDoesNotFitIntoTheMetadataIsRepeatedAndNothingIsLost(TestKafka kafka, @TempDir Path folder)
            throws Exception {
        SplittableRandom random = new SplittableRandom(21);
        BitSet held = new BitSet();
        for (int offset = 0; offset < 36_000; offset++) {
            held.set(offset, offset == 0 || random.nextBoolean());
        }
        Run run = run(kafka.broker(), kafka.topic("dense", 1), folder, held, 36_000);
        assertThat(run.told()).as("offsets told as done").isBetween(5_000L, run.acked() - 1L);
        assertThat(run.repeated()).isEqualTo(run.acked() - (int) run.told());
    }

    @Test
    void aBrokerThatTakesNoMetadataStillGetsThePositions(@TempDir Path folder) throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(Map.of("offset.metadata.max.bytes", "20"))) {
            BitSet held = new BitSet();
            held.set(1_000);
            kafka.createTopic("none", 1);
            Run run = run(kafka, "none", folder, held, 2_000);
            assertThat(run.told()).isZero();
            assertThat(run.committedBefore()).as("commits go on below the hole").isEqualTo(1_000);
            assertThat(run.repeated()).isEqualTo(999);
        }
    }

    /**
     * What came of a kill.
     *
     * @param acked records acked before it
     * @param told offsets that the last commit before it says are done
     * @param repeated records acked before it and delivered after it
     */
    private record Run(int acked, long told, long committedBefore, int repeated) {}

    private static Run run(KafkaBroker kafka, String topic, Path folder, BitSet held, int records) throws Exception {
        String servers = kafka.bootstrapServers();
        kafka.createTopic("dlq." + topic, 1);
        Producing.all(servers, values(topic, records), sent -> {});
        Picky picky = new Picky(held::get);
        int acked = records - held.cardinality();
        OffsetAndMetadata last;
        try (RawProcessor processor = RawProcessor.start(100_000, picky::take);
                GatewayChild gateway = start(servers, folder, topic, processor.port())) {
            await().atMost(PATIENCE).until(() -> picky.acked() == acked);
            last = settledCommit(servers, topic, held.nextSetBit(0));
            gateway.process.kill();
            assertThat(gateway.process.exitCode(PATIENCE)).isEqualTo(137);
        }
        picky.holdNothing();
        try (RawProcessor processor = RawProcessor.start(100_000, picky::take);
                GatewayChild gateway = start(servers, folder, topic, processor.port())) {
            await().atMost(PATIENCE)
                    .until(() -> Topics.committed(servers, "g." + topic)
                            .equals(Map.of(new TopicPartition(topic, 0), (long) records)));
            assertThat(picky.acked()).as("nothing is lost").isEqualTo(records);
            assertThat(gateway.terminate()).isZero();
        }
        Run run = new Run(acked, told(last, topic), last.offset(), picky.repeated());
        System.out.printf(
                "completions %s: %s, metadata %d chars%n",
                topic, run, last.metadata().length());
        return run;
    }

    /** The group's commit at the first record that is held, once three commit intervals have passed without another. */
    private static OffsetAndMetadata settledCommit(String servers, String topic, long firstHeld) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            OffsetAndMetadata[] seen = new OffsetAndMetadata[1];
            await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
                OffsetAndMetadata before = seen[0];
                seen[0] = commit(admin, topic);
                return seen[0] != null && seen[0].offset() == firstHeld && seen[0].equals(before);
            });
            return seen[0];
        }
    }

    private static OffsetAndMetadata commit(Admin admin, String topic) throws ExecutionException, InterruptedException {
        return admin.listConsumerGroupOffsets("g." + topic)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(new TopicPartition(topic, 0));
    }

    private static long told(OffsetAndMetadata commit, String topic) {
        CompletionCodec.Decoded decoded = CompletionCodec.decode(commit.metadata(), topic, topic, 0, commit.offset());
        assertThat(decoded.problem()).isEmpty();
        return decoded.completions().doneOffsets();
    }

    private static GatewayChild start(String servers, Path folder, String topic, int port) throws Exception {
        return GatewayChild.start(folder, servers, List.of("""
                        - name: %1$s
                          source:
                            topics: [%1$s]
                            group: g.%1$s
                            kafka: { session.timeout.ms: 2000, heartbeat.interval.ms: 500 }
                          ordering: none
                          commit_interval: 300ms
                          processor: { targets: ["static://127.0.0.1:%2$d"], lease: 5m }
                          in_flight: { records: 30000 }
                          dead_letter: { topic: dlq.%1$s }
                        """.formatted(topic, port)));
    }

    private static Iterator<ProducerRecord<byte[], byte[]>> values(String topic, int records) {
        return IntStream.range(0, records)
                .mapToObj(i -> new ProducerRecord<byte[], byte[]>(topic, new byte[] {(byte) i}))
                .iterator();
    }
}
