package io.sluice.devkit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.junit.WithKafka;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.Topics;
import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One key fails for a while, with far more records behind it than memory may hold: all others go on, and in the end every record
 * was processed in the order of its key, also when gateways are killed meanwhile.
 */
@WithKafka
class ParkedKeysIT {
    private static final int HOT = 3_000;
    private static final int OTHERS = 20;
    private static final int OF_EACH = 150;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private TestKafka kafka;
    private Path folder;
    private String topic;
    private String protocol;

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = "classic")
    void oneFailingKeyBlocksNoOther(String groupProtocol, TestKafka broker, @TempDir Path temporary) throws Exception {
        prepare("parked-" + groupProtocol, groupProtocol, 1, broker, temporary);
        try (Judge judge = new Judge()) {
            judge.hotFails = true;
            try (GatewayChild gateway = gateway("only", judge.port())) {
                produce(1);
                await("others").atMost(PATIENCE).until(() -> judge.ackedOfOthers() == OTHERS * OF_EACH);
                assertThat(judge.acked("hot")).isZero();
                assertThat(Topics.endOffsets(kafka.bootstrapServers(), topic + ".g." + topic + ".parked")
                                .values()
                                .iterator()
                                .next())
                        .as("entries of the parking log")
                        .isGreaterThan(HOT / 2);
                judge.hotFails = false;
                awaitSettled(gateway);
                assertThat(gateway.terminate()).isZero();
            }
            judge.check(0);
            try (GatewayChild next = gateway("next", judge.port())) {
                produce(1);
                awaitSettled(next);
                assertThat(next.terminate()).isZero();
            }
            judge.check(0);
        }
    }

    @ParameterizedTest
    @CsvSource("consumer,2")
    void orderHoldsWhenGatewaysAreKilled(
            String groupProtocol, int partitions, TestKafka broker, @TempDir Path temporary) throws Exception {
        prepare("parked-killed-" + groupProtocol + partitions, groupProtocol, partitions, broker, temporary);
        try (Judge judge = new Judge()) {
            judge.hotFails = true;
            produce(partitions);
            try (GatewayChild first = gateway("first", judge.port())) {
                await("others").atMost(PATIENCE).until(() -> judge.ackedOfOthers() == OTHERS * OF_EACH);
                first.process.kill();
            }
            try (GatewayChild second = gateway("second", judge.port())) {
                long sinceNs = System.nanoTime();
                await("hot is tried again").atMost(PATIENCE).until(() -> judge.hotTriedSince(sinceNs));
                judge.hotFails = false;
                await("drains")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(10))
                        .until(() -> judge.acked("hot") > HOT / 4);
                second.process.kill();
                assertThat(judge.acked("hot")).as("killed while it drains").isLessThan(HOT);
            }
            try (GatewayChild third = gateway("third", judge.port())) {
                awaitSettled(third);
                assertThat(third.terminate()).isZero();
            }
            System.out.printf(
                    "parked keys, gateways killed, %s: records %d, acked %d, restarts of a key at most %d%n",
                    topic, HOT + OTHERS * OF_EACH, judge.total(), judge.mostRestarts());
            judge.check(2);
        }
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = "classic")
    void orderHoldsWhenGatewaysJoinAndLeave(String groupProtocol, TestKafka broker, @TempDir Path temporary)
            throws Exception {
        prepare("parked-moved-" + groupProtocol, groupProtocol, 3, broker, temporary);
        try (Judge judge = new Judge()) {
            judge.hotFails = true;
            produce(3);
            try (GatewayChild first = gateway("first", judge.port())) {
                await("others").atMost(PATIENCE).until(() -> judge.ackedOfOthers() == OTHERS * OF_EACH);
                try (GatewayChild second = gateway("second", judge.port())) {
                    await("a share")
                            .atMost(PATIENCE)
                            .until(() -> second.metrics().assigned() > 0);
                    judge.hotFails = false;
                    await("drains")
                            .atMost(PATIENCE)
                            .pollInterval(Duration.ofMillis(10))
                            .until(() -> judge.acked("hot") > HOT / 4);
                    assertThat(first.terminate()).isZero();
                    awaitSettled(second);
                    assertThat(second.terminate()).isZero();
                }
            }
            System.out.printf(
                    "parked keys, gateways join and leave, %s: records %d, acked %d, restarts of a key at most %d%n",
                    topic, HOT + OTHERS * OF_EACH, judge.total(), judge.mostRestarts());
            judge.check(2);
        }
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void theSameWithTheOtherProtocol(String groupProtocol, TestKafka broker, @TempDir Path temporary) throws Exception {
        if (groupProtocol.equals("classic")) {
            orderHoldsWhenGatewaysAreKilled(groupProtocol, 1, broker, temporary);
            orderHoldsWhenGatewaysAreKilled(groupProtocol, 3, broker, temporary);
        } else {
            oneFailingKeyBlocksNoOther(groupProtocol, broker, temporary);
            orderHoldsWhenGatewaysJoinAndLeave(groupProtocol, broker, temporary);
        }
    }

    private void prepare(String name, String groupProtocol, int partitions, TestKafka broker, Path temporary) {
        kafka = broker;
        folder = temporary;
        protocol = groupProtocol;
        topic = kafka.topic(name, partitions, Map.of());
        kafka.broker().createTopic("dlq." + topic, 1);
        produced = 0;
    }

    private int produced;

    /** Another round of all keys: every second record is of the hot one. */
    private void produce(int partitions) {
        List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
        for (int i = 0; i < HOT; i++) {
            all.add(record("hot", produced * HOT + i, partitions));
            all.add(record("k" + i % OTHERS, produced * OF_EACH + i / OTHERS, partitions));
        }
        produced++;
        Producing.all(kafka.bootstrapServers(), all.iterator(), sent -> {});
    }

    private ProducerRecord<byte[], byte[]> record(String key, int number, int partitions) {
        return new ProducerRecord<>(
                topic,
                Math.floorMod(key.hashCode(), partitions),
                key.getBytes(UTF_8),
                Integer.toString(number).getBytes(UTF_8));
    }

    private GatewayChild gateway(String name, int port) throws IOException {
        String session =
                protocol.equals("classic") ? ", kafka: { session.timeout.ms: 6000, heartbeat.interval.ms: 1000 }" : "";
        Path own = Files.createDirectories(folder.resolve(name));
        return GatewayChild.start(
                own,
                kafka.bootstrapServers(),
                List.of("""
                - name: p
                  source: { topics: [%s], group: %s.g, protocol: %s%s }
                  processor: { targets: ["static://127.0.0.1:%d"], batch: { records: 100 } }
                  in_flight: { records: 640 }
                  commit_interval: 200ms
                  retry: { max_attempts: 1000, initial_backoff: 100ms, max_backoff: 200ms, parking: true, topics_create: true }
                  dead_letter: { topic: dlq.%s }
                """.formatted(topic, topic, protocol, session, port, topic)),
                "-Xmx256m");
    }

    private void awaitSettled(GatewayChild gateway) {
        await("settled").atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            var ends = Topics.endOffsets(kafka.bootstrapServers(), topic);
            ends.values().removeIf(end -> end == 0);
            assertThat(Topics.committed(kafka.bootstrapServers(), topic + ".g"))
                    .as(gateway.status())
                    .containsAllEntriesOf(ends);
            assertThat(judged.total()).as("acked").isGreaterThanOrEqualTo(produced * (HOT + OTHERS * OF_EACH));
        });
    }

    private Judge judged;

    /** A processor that keeps the order in which it has acked the records of each key. */
    private final class Judge implements AutoCloseable {
        private final Map<String, List<Integer>> acked = new ConcurrentHashMap<>();
        private final ProcessorServer server;
        volatile boolean hotFails;
        private volatile long hotTriedNs = System.nanoTime();

        Judge() throws Exception {
            server = Processor.named("judge").handler(this::handle).start();
            judged = this;
        }

        private Verdict handle(Record record) {
            String key = new String(record.key(), UTF_8);
            if (key.equals("hot")) {
                hotTriedNs = System.nanoTime();
                if (hotFails) {
                    return Verdict.retry("BUSY", "for a while");
                }
            }
            List<Integer> list = acked.computeIfAbsent(key, k -> new ArrayList<>());
            synchronized (list) {
                list.add(Integer.parseInt(String.valueOf(record.valueAsString())));
            }
            return Verdict.ack();
        }

        int port() {
            return server.port();
        }

        boolean hotTriedSince(long ns) {
            return hotTriedNs - ns > 0;
        }

        /** Different records of a key. */
        int acked(String key) {
            List<Integer> list = acked.getOrDefault(key, List.of());
            synchronized (list) {
                return (int) list.stream().distinct().count();
            }
        }

        int ackedOfOthers() {
            return IntStream.range(0, OTHERS).map(i -> acked("k" + i)).sum();
        }

        int total() {
            return acked("hot") + ackedOfOthers();
        }

        int mostRestarts() {
            return acked.values().stream().mapToInt(Judge::restarts).max().orElse(0);
        }

        private static int restarts(List<Integer> list) {
            int n = 0;
            for (int i = 1; i < list.size(); i++) {
                n += list.get(i) <= list.get(i - 1) ? 1 : 0;
            }
            return n;
        }

        /** In order, from the first to the last; a new owner may go back, and then goes on to the end. */
        void check(int takeovers) {
            acked.forEach((key, list) -> {
                int records = produced * (key.equals("hot") ? HOT : OF_EACH);
                assertThat(list.get(0)).as("first of %s", key).isZero();
                assertThat(list.get(list.size() - 1)).as("last of %s", key).isEqualTo(records - 1);
                for (int i = 1; i < list.size(); i++) {
                    assertThat(list.get(i))
                            .as("%s after %d", key, list.get(i - 1))
                            .isLessThanOrEqualTo(list.get(i - 1) + 1);
                }
                assertThat(restarts(list)).as("times that %s went back", key).isLessThanOrEqualTo(takeovers);
            });
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
