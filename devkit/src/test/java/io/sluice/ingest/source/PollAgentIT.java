package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.config.PipelineConfig.Start;
import io.sluice.ingest.ring.CommitBoard;
import io.sluice.ingest.source.FakeLane.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked // the package is marked by the gateway; tests pass nulls on purpose
class PollAgentIT extends KafkaTest {
    private static final Start EARLIEST = new Start.Earliest();

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void everyRecordReachesTheLaneOnceAndIsCommittedAlsoAcrossACleanRestart(String protocol) throws Exception {
        kafka.createTopic(topic, 3);
        for (int p = 0; p < 3; p++) {
            produce(p, 3000);
        }
        try (Member member = Member.of(config(protocol, EARLIEST), client()).start()) {
            member.awaitSeen(9000);
            assertThat(member.lane.where()).doesNotHaveDuplicates();
            Member.until("committed by interval", () -> committed(0) == 3000 && committed(2) == 3000);
            Member.until("log end known", () -> member.agent.boards().stream().allMatch(b -> b.logEnd() == 3000));
            assertThat(member.agent.boards()).allMatch(b -> b.committed() >= 0 && b.committed() <= 3000);
            assertThat(member.running).isTrue();
            assertThat(member.agent.stats().polledRecords()).isEqualTo(9000);
            assertThat(member.agent.clientMetrics()).containsKey("fetch-rate");
            produce(1, 10);
            member.awaitSeen(9010);
            member.stop();
        }
        assertThat(committed(1)).isEqualTo(3010);

        produce(1, 5);
        try (Member member = Member.of(config(protocol, EARLIEST), client()).start()) {
            member.awaitSeen(5);
            assertThat(member.lane.where()).contains(topic + "-1@3010");
            member.stop();
        }
        assertThat(committed(1)).isEqualTo(3015);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aQuietConsumerPollsRarelyAndSeesRecordsAndAStop(String protocol) throws Exception {
        kafka.createTopic(topic, 2);
        produce(0, 10);
        try (Member member = Member.of(config(protocol, EARLIEST), client()).start()) {
            Member.until("all is committed", () -> committed(0) == 10 && committed(1) == 0);
            long from = member.agent.stats().polls();
            long startNs = System.nanoTime();
            Member.until("ten more polls", () -> member.agent.stats().polls() >= from + 10);
            long tookNs = System.nanoTime() - startNs;
            assertThat(Duration.ofNanos(tookNs)).as("ten polls").isGreaterThan(Duration.ofSeconds(4));

            produce(0, 5);
            member.awaitSeen(15);
            member.stop();
            assertThat(member.failure).isNull();
        }
        assertThat(committed(0)).isEqualTo(15);
    }

    @Test
    void aRecordKeepsItsBytesHeadersAndTimestamp() throws Exception {
        kafka.createTopic(topic, 1);
        var odd = new ProducerRecord<byte[], byte[]>(topic, 0, 1234L, (byte[]) null, new byte[0]);
        odd.headers().add(new RecordHeader("a", new byte[] {0, -1}));
        odd.headers().add(new RecordHeader("a", (byte[]) null));
        odd.headers().add(new RecordHeader("", new byte[0]));
        produce(List.of(odd, new ProducerRecord<>(topic, 0, 5678L, new byte[0], (byte[]) null)));

        try (Member member = Member.of(config("classic", EARLIEST), client()).start()) {
            member.awaitSeen(2);
            List<Seen> seen = List.copyOf(member.lane.seen);
            assertThat(seen.get(0).key()).isNull();
            assertThat(seen.get(0).value()).isEmpty();
            assertThat(seen.get(0).timestampMs()).isEqualTo(1234);
            assertThat(seen.get(0).timestampType()).isZero();
            assertThat(seen.get(0).headers()).hasSize(3);
            assertThat(seen.get(0).headers()[0].value()).containsExactly(0, -1);
            assertThat(seen.get(0).headers()[1].value()).isNull();
            assertThat(seen.get(0).headers()[2].value()).isEmpty();
            assertThat(seen.get(1).key()).isEmpty();
            assertThat(seen.get(1).value()).isNull();
            assertThat(seen.get(1).headers()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aStuckPartitionIsPausedAndTheOthersGoOnWithoutARebalance(String protocol) throws Exception {
        kafka.createTopic(topic, 2);
        produce(0, 5000);
        produce(1, 5000);
        try (Member member = new Member(config(protocol, EARLIEST), client(), 0, 100, 1 << 20, 64)) {
            member.lane.settles = partition -> !partition.endsWith("-0");
            member.start();
            Member.until("the other partition is done", () -> committed(1) == 5000);
            assertThat(member.agent.stats().pausedPartitions()).isEqualTo(1);
            assertThat(member.lane.mostOpen).isLessThanOrEqualTo(100);
            assertThat(committed(0)).isLessThanOrEqualTo(0);
            produce(1, 100);
            Member.until("it goes on", () -> committed(1) == 5100);

            member.lane.settles = partition -> true;
            Member.until("the stuck partition catches up", () -> committed(0) == 5000);
            assertThat(member.lane.where()).hasSize(10_100).doesNotHaveDuplicates();
            assertThat(member.agent.stats().partitionsRevoked()).isZero();
            assertThat(member.agent.stats().partitionsLost()).isZero();
            Member.until("nothing is paused", () -> member.agent.stats().pausedPartitions() == 0);
        }
    }

    @Test
    void recordsBehindAnOpenTransactionAreToldFromLagUntilItEnds() throws Exception {
        kafka.createTopic(topic, 2);
        produce(0, 10);
        try (var producer = new KafkaProducer<byte[], byte[]>(
                        Map.of(
                                "bootstrap.servers",
                                kafka.bootstrapServers(),
                                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                "tx-" + topic),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                Member member = Member.of(config("classic", EARLIEST), client()).start()) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, 0, bytes("k"), bytes("v")));
            producer.flush();
            produce(0, 4);

            member.awaitSeen(10);
            Member.until("five records are said to wait", () -> openTransaction(member, 0) == 5);
            assertThat(openTransaction(member, 1)).isZero();
            assertThat(board(member, 0).logEnd()).as("end for lag").isEqualTo(10);

            producer.abortTransaction();
            member.awaitSeen(14);
            Member.until("nothing waits", () -> openTransaction(member, 0) == 0);
            Member.until("the marker is passed", () -> committed(0) == 16);
        }
    }

    private static long openTransaction(Member member, int partition) {
        return board(member, partition).openTransaction();
    }

    private static CommitBoard board(Member member, int partition) {
        return member.agent.boards().stream()
                .filter(b -> b.partition().partition() == partition)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aRecordLargerThanTheBudgetIsAdmittedAlone() throws Exception {
        kafka.createTopic(topic, 1);
        produce(IntStream.range(0, 20)
                .mapToObj(i -> new ProducerRecord<byte[], byte[]>(topic, 0, null, new byte[5000]))
                .toList());
        try (Member member = new Member(config("classic", EARLIEST), client(), 0, 100, 1000, 64).start()) {
            member.awaitSeen(20);
            assertThat(member.lane.mostOpenBytes).isEqualTo(5000);
        }
    }

    @Test
    void aRingThatIsFullLosesNothing() throws Exception {
        kafka.createTopic(topic, 2);
        produce(0, 2000);
        produce(1, 2000);
        try (Member member = new Member(config("classic", EARLIEST), client(), 0, 10_000, 64 << 20, 8)) {
            member.lane.stalled = true;
            member.start();
            Member.until("full", () -> member.lane.ring.fullCount() > 10);
            member.lane.stalled = false;
            member.awaitSeen(4000);
            assertThat(member.lane.where()).doesNotHaveDuplicates();
            member.stop();
        }
        assertThat(committed(0)).isEqualTo(2000);
        assertThat(committed(1)).isEqualTo(2000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void abortedTransactionsAndMarkersAtTheEndAreCommittedPast(String protocol) throws Exception {
        // As in knative-extensions/eventing-kafka-broker#4451.
        kafka.createTopic(topic, 1);
        try (var producer = transactional()) {
            transaction(producer, 10, true);
            transaction(producer, 10, false);
        }
        try (Member member = Member.of(config(protocol, EARLIEST), client()).start()) {
            // Ten records and a marker, then ten that were aborted and their marker.
            Member.until("committed to the end", () -> committed(0) == 22);
            assertThat(member.lane.seen).hasSize(10);
        }
    }

    @Test
    void aStopNowDoesNotWaitForWhatIsOpenNorCommitIt() throws Exception {
        kafka.createTopic(topic, 1);
        produce(0, 100);
        var config = config("classic", EARLIEST, Duration.ofSeconds(60), Map.of(), false);
        try (Member member = Member.of(config, client())) {
            member.lane.settles = partition -> false;
            member.lane.answers = false;
            member.start().awaitSeen(100);
            long start = System.nanoTime();
            member.agent.stop();
            member.agent.stopNow();
            assertThat(member.agent.join(Duration.ofSeconds(20))).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        }
        assertThat(committed(0)).isLessThanOrEqualTo(0);
    }

    private void transaction(KafkaProducer<byte[], byte[]> producer, int count, boolean commit) throws Exception {
        producer.beginTransaction();
        var sent = new ArrayList<java.util.concurrent.Future<?>>();
        for (int i = 0; i < count; i++) {
            sent.add(producer.send(new ProducerRecord<>(topic, 0, null, bytes("v" + i))));
        }
        for (var future : sent) {
            future.get();
        }
        if (commit) {
            producer.commitTransaction();
        } else {
            producer.abortTransaction();
        }
    }

    private KafkaProducer<byte[], byte[]> transactional() {
        var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "x-" + topic),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }
}
