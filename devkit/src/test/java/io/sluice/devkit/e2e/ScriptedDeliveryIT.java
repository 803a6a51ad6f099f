package io.sluice.devkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.junit.WithKafka;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.RecordGenerator;
import io.sluice.devkit.kafka.Topics;
import io.sluice.ingest.Gateway;
import io.sluice.ingest.delivery.Ordering;
import io.sluice.processor.Outcome;
import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many records through a real broker, a gateway and a real stream, with a script of failures for each record. */
@Tag("alone")
@WithKafka
class ScriptedDeliveryIT {
    private static final int RECORDS = Integer.getInteger("sluice.scripted.records", 200_000);
    private static final int KEYS = 1_000;
    private static final int PARTITIONS = 6;

    /** What the script says of a record, from its place alone: the same at every delivery. */
    private enum Fate {
        ACK,
        RETRY_ONCE,
        REJECT,
        HANG_ONCE;

        static Fate of(Record record) {
            long dice = Math.floorMod((record.offset() * 31 + record.partition()) * 0x9E3779B97F4A7C15L >>> 11, 1_000);
            return dice < 20 ? RETRY_ONCE : dice < 30 ? REJECT : dice < 35 ? HANG_ONCE : ACK;
        }
    }

    /** In order by partition each hang costs all of a partition its lease, so the whole number takes minutes. */
    private static final int RECORDS_BY_PARTITION = RECORDS / 5;

    @ParameterizedTest
    @EnumSource
    void everyRecordIsSettledAsScriptedInOrder(Ordering ordering, TestKafka kafka) throws Exception {
        run(ordering, ordering == Ordering.PARTITION ? RECORDS_BY_PARTITION : RECORDS, kafka);
    }

    @Test
    @Tag("long")
    void theWholeNumberIsSettledAsScriptedInOrderOfPartitions(TestKafka kafka) throws Exception {
        run(Ordering.PARTITION, RECORDS, kafka);
    }

    private static void run(Ordering ordering, int records, TestKafka kafka) throws Exception {
        String topic = kafka.topic("scripted-" + ordering.name().toLowerCase(java.util.Locale.ROOT), PARTITIONS);
        kafka.broker().createTopic("dlq." + topic, 3, java.util.Map.of());
        Producing.all(
                kafka.bootstrapServers(),
                new RecordGenerator(7, records, KEYS, PARTITIONS, 50, 150).records(topic),
                sent -> {});
        Ledger ledger =
                new Ledger(Ledger.Unit.values()[ordering == Ordering.NONE ? 0 : ordering == Ordering.KEY ? 1 : 2]);
        long startNs = System.nanoTime();
        try (ProcessorServer processor = Processor.named("scripted")
                .asyncHandler(record -> handle(record, ledger))
                .concurrency(10_000)
                .extendLease(false)
                .start()) {
            Pipelines pipeline = Pipelines.of(topic, processor.port())
                    .ordering(ordering)
                    .maxAttempts(50)
                    .lease(Duration.ofMillis(ordering == Ordering.PARTITION ? 1_000 : 3_000));
            try (Gateway gateway = Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), pipeline))) {
                await().atMost(Duration.ofMinutes(6))
                        .pollInterval(Duration.ofMillis(200))
                        .untilAsserted(() -> assertThat(lag(kafka, pipeline))
                                .as(gateway.status().toString())
                                .isZero());
            }
            long rejects = ledger.count(Outcome.REJECT);
            System.out.printf(
                    "scripted %s: records %d, deliveries %d, acked %d, rejected %d, duplicates %d, order violations %d, %.1f s%n",
                    ordering,
                    records,
                    ledger.deliveries.get(),
                    ledger.count(Outcome.ACK),
                    rejects,
                    ledger.duplicates.get(),
                    ledger.orderViolations.get(),
                    (System.nanoTime() - startNs) / 1e9);
            assertThat(ledger.finished()).as("settled").isEqualTo(records);
            assertThat(ledger.duplicates.get()).as("duplicates").isZero();
            assertThat(ledger.orderViolations.get()).as("order violations").isZero();
            assertThat(Topics.readAll(kafka.bootstrapServers(), "dlq." + topic)).hasSize((int) rejects);
            assertThat(lag(kafka, pipeline)).isZero();
        }
    }

    private static long lag(TestKafka kafka, Pipelines pipeline) {
        return Topics.lag(
                Topics.endOffsets(kafka.bootstrapServers(), pipeline.topic),
                Topics.committed(kafka.bootstrapServers(), pipeline.group()));
    }

    private static CompletionStage<Verdict> handle(Record record, Ledger ledger) {
        ledger.begun(record);
        boolean first = record.attempt() == 1;
        Fate fate = Fate.of(record);
        if (fate == Fate.HANG_ONCE && first) {
            return new CompletableFuture<>();
        }
        Verdict verdict = fate == Fate.RETRY_ONCE && first
                ? Verdict.retry("BUSY", "scripted")
                : fate == Fate.REJECT ? Verdict.reject("SCRIPTED", "as the script says") : Verdict.ack();
        ledger.ended(record, verdict.outcome());
        return CompletableFuture.completedFuture(verdict);
    }
}
