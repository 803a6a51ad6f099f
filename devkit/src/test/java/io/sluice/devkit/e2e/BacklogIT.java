package io.sluice.devkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.junit.WithKafka;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.Topics;
import io.sluice.proto.processor.v1.Outcome;
import io.sluice.proto.processor.v1.Record;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backlog many times the gateway's heap, and a processor that stops reading in the middle of it. What has not been read stays
 * in Kafka: the gateway holds its budget and no more, keeps its partitions, and goes on when the processor does.
 *
 * <p>Pipeline settings are the defaults: 64 MiB in flight, lease 30 s. A stop longer than the lease makes the gateway take back
 * what it has sent and send it again: the duplicates this may cause are what lay unread in the transport.
 */
@WithKafka
class BacklogIT {
    private static final int PARTITIONS = 6;
    private static final int KEYS = 1_000;
    private static final int VALUE_BYTES = 100 << 10;
    private static final long MIB = 1 << 20;

    @Test
    void aProcessorThatStopsReadingFor10SecondsCostsNoMemoryAndNoRebalance(TestKafka kafka, @TempDir Path folder)
            throws Exception {
        run(kafka, folder, 2_000, Duration.ofSeconds(10));
    }

    @Test
    @Tag("long")
    void with2GigabytesBehindItAProcessorStopsReadingFor60Seconds(TestKafka kafka, @TempDir Path folder)
            throws Exception {
        run(kafka, folder, 20_000, Duration.ofSeconds(60));
    }

    private static void run(TestKafka kafka, Path folder, int records, Duration stop) throws Exception {
        String topic = kafka.topic("backlog", PARTITIONS);
        kafka.broker().createTopic("dlq." + topic, 1);
        Producing.all(kafka.bootstrapServers(), values(topic, records), sent -> {});
        Seen seen = new Seen();
        long startNs = System.nanoTime();
        try (RawProcessor processor = RawProcessor.start(20_000, taken -> {
                    taken.batch().getRecordsList().forEach(seen::add);
                    taken.answer(Outcome.OUTCOME_ACK);
                });
                GatewayChild gateway = start(kafka, folder, topic, processor.port())) {
            awaitFor(gateway, () -> assertThat(seen.unique()).isGreaterThan(records / 10));
            processor.stopReading();
            awaitFor(
                    gateway,
                    () -> assertThat(gateway.metrics().sum("sluice_partitions_paused"))
                            .isEqualTo(PARTITIONS));
            long heldBytes = (long) gateway.metrics().sum("sluice_in_flight_bytes");
            long before = seen.unique();
            await().pollDelay(stop).atMost(stop.plusMinutes(1)).until(() -> true);
            assertThat(seen.unique()).as("read while stopped").isLessThan(before + 20);
            double heapStopped = gateway.metrics().heapUsedBytes();
            processor.goOn();
            awaitFor(gateway, () -> assertThat(lag(kafka, topic)).isZero());
            GatewayChild.Metrics metrics = gateway.metrics();
            System.out.printf(
                    "backlog %d MiB, stop %d s: %.1f s, settled %d, deliveries %d, held %d MiB, heap while stopped %.0f MiB,"
                            + " peak RSS %d MiB, lease expiries %.0f, streams lost %.0f, assigned %.0f, taken %.0f%n",
                    (long) records * VALUE_BYTES / MIB,
                    stop.toSeconds(),
                    (System.nanoTime() - startNs) / 1e9,
                    seen.unique(),
                    seen.deliveries.get(),
                    heldBytes / MIB,
                    heapStopped / MIB,
                    gateway.peakRssBytes() / MIB,
                    metrics.sum("sluice_records_retried_total", "cause=\"lease_expired\""),
                    metrics.sum("sluice_stream_downs_total"),
                    metrics.assigned(),
                    metrics.taken());
            assertThat(seen.unique()).as("records settled").isEqualTo(records);
            assertThat(seen.broken.get()).as("records of a wrong size").isZero();
            assertThat(seen.deliveries.get() - seen.unique())
                    .as("duplicates, at most what lay in the transport")
                    .isLessThan(100);
            assertThat(gateway.peakRssBytes()).as("peak RSS").isLessThan(640 * MIB);
            assertThat(metrics.sum("sluice_stream_downs_total"))
                    .as("streams lost")
                    .isZero();
            assertThat(metrics.sum("sluice_records_dead_lettered_total"))
                    .as("dead letters")
                    .isZero();
            assertThat(metrics.assigned()).as("partitions assigned").isEqualTo(PARTITIONS);
            assertThat(metrics.taken()).as("partitions taken away").isZero();
            assertThat(gateway.terminate()).as("exit code").isZero();
        } finally {
            kafka.broker().deleteTopic(topic);
        }
    }

    private static GatewayChild start(TestKafka kafka, Path folder, String topic, int port) throws IOException {
        String pipeline = """
                - name: backlog
                  source: { topics: [%s], group: %s }
                  processor: { targets: ["static://127.0.0.1:%d"] }
                  dead_letter: { topic: dlq.%s }
                """.formatted(topic, topic, port, topic);
        return GatewayChild.start(
                folder, kafka.bootstrapServers(), List.of(pipeline), "-Xmx256m", "-XX:MaxDirectMemorySize=64m");
    }

    private static void awaitFor(GatewayChild gateway, ThrowingRunnable condition) {
        await().atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(500))
                .failFast("the gateway has ended", () -> !gateway.process.isAlive())
                .untilAsserted(condition);
    }

    private static long lag(TestKafka kafka, String topic) {
        return Topics.lag(
                Topics.endOffsets(kafka.bootstrapServers(), topic), Topics.committed(kafka.bootstrapServers(), topic));
    }

    /** Values that no compression makes smaller. */
    private static Iterator<ProducerRecord<byte[], byte[]>> values(String topic, int records) {
        SplittableRandom random = new SplittableRandom(11);
        return LongStream.range(0, records)
                .mapToObj(i -> {
                    byte[] value = new byte[VALUE_BYTES];
                    random.nextBytes(value);
                    int key = (int) (i % KEYS);
                    byte[] keyBytes = ByteBuffer.allocate(4).putInt(key).array();
                    return new ProducerRecord<>(topic, key % PARTITIONS, keyBytes, value);
                })
                .iterator();
    }

    /** Which records have come, and how often in all. */
    private static final class Seen {
        final AtomicLong deliveries = new AtomicLong();
        final AtomicLong broken = new AtomicLong();
        private final BitSet[] offsets = new BitSet[PARTITIONS]; // guarded by this

        Seen() {
            for (int i = 0; i < PARTITIONS; i++) {
                offsets[i] = new BitSet();
            }
        }

        synchronized void add(Record record) {
            deliveries.incrementAndGet();
            offsets[record.getPartition()].set((int) record.getOffset());
            if (record.getValue().size() != VALUE_BYTES) {
                broken.incrementAndGet();
            }
        }

        synchronized long unique() {
            long all = 0;
            for (BitSet partition : offsets) {
                all += partition.cardinality();
            }
            return all;
        }
    }
}
