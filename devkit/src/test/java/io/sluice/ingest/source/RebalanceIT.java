package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.kafka.EmbeddedKafka;
import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.config.PipelineConfig.Start;
import io.sluice.ingest.ring.Revocation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked // the package is marked by the gateway; tests pass nulls on purpose
class RebalanceIT extends KafkaTest {
    private static final Start EARLIEST = new Start.Earliest();

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aSecondMemberTakesOverWithoutADuplicate(String protocol) throws Exception {
        // As in redpanda-data/connect#4009 and knative-extensions/eventing-kafka-broker#4460.
        kafka.createTopic(topic, 4);
        for (int p = 0; p < 4; p++) {
            produce(p, 500);
        }
        PipelineConfig config = config(protocol, EARLIEST);
        try (Member first = Member.of(config, client()).start()) {
            first.awaitSeen(2000);
            try (Member second = new Member(config, client(), 1, 10_000, 64 << 20, 1024).start()) {
                second.awaitAssigned(2);
                first.awaitAssigned(2);
                assertThat(first.agent.stats().partitionsRevoked()).isEqualTo(2);
                assertThat(first.lane.revocations).allMatch(r -> !r.lost());
                for (int p = 0; p < 4; p++) {
                    produce(p, 100);
                }
                Member.until("all seen", () -> first.lane.seen.size() + second.lane.seen.size() >= 2400);
                List<String> all = new ArrayList<>(first.lane.where());
                all.addAll(second.lane.where());
                assertThat(all).hasSize(2400).doesNotHaveDuplicates();
                second.stop();
                first.awaitAssigned(4);
            }
            first.stop();
        }
        for (int p = 0; p < 4; p++) {
            assertThat(committed(p)).isEqualTo(600);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aLaneThatDoesNotAnswerDelaysARevocationNoLongerThanTheDrain(String protocol) throws Exception {
        kafka.createTopic(topic, 2);
        produce(0, 100);
        produce(1, 100);
        PipelineConfig config = config(protocol, EARLIEST, Duration.ofMillis(500), Map.of(), false);
        try (Member first = Member.of(config, client())) {
            first.lane.settles = partition -> false;
            first.lane.answers = false;
            first.start().awaitSeen(200);
            try (Member second = new Member(config, client(), 1, 10_000, 64 << 20, 1024).start()) {
                // Nothing was settled, so everything of the moved partition is delivered again.
                second.awaitSeen(100);
                first.awaitAssigned(1);
                assertThat(second.agent.boards()).hasSize(1);
                assertThat(first.failure).isNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aRevocationIsNotLostWhenTheRingIsFull(String protocol) throws Exception {
        kafka.createTopic(topic, 2);
        produce(0, 100);
        produce(1, 100);
        PipelineConfig config = config(protocol, EARLIEST, Duration.ofSeconds(1), Map.of(), false);
        try (Member first = new Member(config, client(), 0, 10_000, 64 << 20, 8)) {
            first.start();
            first.awaitSeen(200);
            Member.until("committed", () -> committed(0) == 100 && committed(1) == 100);
            first.lane.stalled = true;
            produce(0, 50);
            produce(1, 50);
            Member.until("full", () -> first.lane.ring.fullCount() > 0);
            try (Member second = new Member(config, client(), 1, 10_000, 64 << 20, 1024).start()) {
                second.awaitAssigned(1);
                assertThat(first.lane.revocations).isEmpty();
                first.lane.stalled = false;
                Member.until("the word came through", () -> first.lane.revocations.size() == 1);
                Member.until("committed", () -> committed(0) == 150 && committed(1) == 150);
            }
        }
    }

    @Test
    void aPausedPartitionStaysPausedAndAnAssignedOneIsFetchedAcrossARebalance() throws Exception {
        // As in confluentinc/parallel-consumer#857, spring-projects/spring-kafka#4687,
        // spring-projects/spring-kafka#2581
        // and typelevel/fs2-kafka#1051.
        kafka.createTopic(topic, 2);
        produce(0, 1000);
        produce(1, 1000);
        PipelineConfig config = config("classic", EARLIEST, Duration.ofMillis(500), Map.of(), false);
        try (Member first = new Member(config, client(), 0, 50, 1 << 20, 64)) {
            first.lane.settles = partition -> false;
            first.start();
            Member.until("paused", () -> first.agent.stats().pausedPartitions() == 2);
            try (Member second = new Member(config, client(), 1, 10_000, 64 << 20, 1024).start()) {
                second.awaitSeen(1000);
                first.awaitAssigned(1);
                assertThat(first.agent.boards().get(0).paused()).isTrue();
                first.lane.settles = partition -> true;
                Member.until("both done", () -> committed(0) == 1000 && committed(1) == 1000);
                assertThat(first.agent.boards().get(0).paused()).isFalse();
            }
        }
    }

    @Test
    void aMemberThatWasThrownOutHearsThatItsPartitionsAreLostAndComesBack() throws Exception {
        // As in numaproj/numaflow#3355.
        kafka.createTopic(topic, 1);
        produce(0, 10);
        PipelineConfig config =
                config("classic", EARLIEST, Duration.ofSeconds(5), Map.of("heartbeat.interval.ms", "300"), false);
        try (Member member = Member.of(config, client()).start()) {
            member.awaitSeen(10);
            Member.until("committed", () -> committed(0) == 10);
            try (var admin = kafka.admin()) {
                admin.removeMembersFromConsumerGroup(
                                group, new org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions())
                        .all()
                        .get(60, java.util.concurrent.TimeUnit.SECONDS);
            }
            Member.until("lost", () -> member.agent.stats().partitionsLost() == 1);
            produce(0, 10);
            member.awaitSeen(20);
            assertThat(member.lane.revocations).extracting(Revocation::lost).containsExactly(true);
            assertThat(member.failure).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aBrokerThatIsAwayIsSurvivedAndAStopWithoutItIsBounded(String protocol) throws Exception {
        // As in confluentinc/parallel-consumer#597 and apache/kafka#18737.
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            broker.createTopic(topic, 1);
            PipelineConfig config = config(protocol, EARLIEST, Duration.ofSeconds(1), Map.of(), false);
            Map<String, String> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Member member = Member.of(config, client).start()) {
                member.awaitAssigned(1);
                broker.stop();
                broker.restart();
                io.sluice.devkit.kafka.Producing.all(
                        broker.bootstrapServers(),
                        List.of(new org.apache.kafka.clients.producer.ProducerRecord<>(
                                        topic, 0, bytes("k"), bytes("v")))
                                .iterator(),
                        n -> {});
                member.awaitSeen(1);
                broker.stop();
                long start = System.nanoTime();
                member.agent.stop();
                assertThat(member.agent.join(Duration.ofSeconds(40))).isTrue();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
                assertThat(member.failure).isNull();
            }
        }
    }
}
