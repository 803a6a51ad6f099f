package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.config.PipelineConfig.Start;
import io.sluice.ingest.delivery.PartitionEpoch;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked // the package is marked by the gateway; tests pass nulls on purpose
class StartIT extends KafkaTest {
    private static final Map<String, String> FRESH = Map.of("metadata.max.age.ms", "500");

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void latestBeginsAtTheEndAndARestartSkipsNothing(String protocol) throws Exception {
        // As in platformatic/kafka#267 and Blizzard/node-rdkafka#1146.
        kafka.createTopic(topic, 1);
        produce(0, 50);
        try (Member member =
                Member.of(config(protocol, new Start.Latest()), client()).start()) {
            member.awaitAssigned(1);
            Member.until("the start is committed", () -> committed(0) == 50);
        }
        produce(0, 7);
        try (Member member =
                Member.of(config(protocol, new Start.Latest()), client()).start()) {
            member.awaitSeen(7);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aPartitionThatAppearsLaterBeginsAtItsFirstRecordAlsoWithLatest(String protocol) throws Exception {
        kafka.createTopic(topic, 1);
        produce(0, 50);
        var config = config(protocol, new Start.Latest(), Duration.ofSeconds(5), FRESH, false);
        try (Member member = Member.of(config, client()).start()) {
            Member.until("the start is committed", () -> committed(0) == 50);
            try (Admin admin = kafka.admin()) {
                admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2)))
                        .all()
                        .get(60, TimeUnit.SECONDS);
            }
            produce(1, 9);
            member.awaitSeen(9);
            assertThat(member.lane.where()).contains(topic + "-1@0");
        }
    }

    @Test
    void aTimestampBeginsAtTheFirstRecordNotOlderAndBeyondTheEndAtTheEnd() throws Exception {
        kafka.createTopic(topic, 2);
        produce(IntStream.range(0, 20)
                .mapToObj(i -> new ProducerRecord<>(topic, 0, 1000L * i, bytes("k"), bytes("v" + i)))
                .toList());
        produce(List.of(new ProducerRecord<>(topic, 1, 10L, bytes("k"), bytes("old"))));
        var start = new Start.Timestamp(Instant.ofEpochMilli(14_500));
        try (Member member = Member.of(config("classic", start), client()).start()) {
            member.awaitSeen(5);
            assertThat(member.lane.where()).startsWith(topic + "-0@15").doesNotContain(topic + "-1@0");
            Member.until("committed", () -> committed(0) == 20 && committed(1) == 1);
        }
    }

    @Test
    void aTopicMadeAnewIsToldFromTheOneThatWasAssigned() {
        kafka.createTopic(topic, 1);
        var partition = new PartitionState(new TopicPartition(topic, 0), new PartitionEpoch(topic, 0, 1), 0, null);
        AtomicLong nowNs = new AtomicLong();
        try (LaneAdmin admin = new LaneAdmin(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            TopicIds ids = new TopicIds(admin, 0);
            BooleanSupplier swapped = () -> !ids.tick(List.of(partition), nowNs.addAndGet(1_000_000_000))
                    .isEmpty();
            Member.until("the id is known", () -> {
                assertThat(swapped.getAsBoolean()).isFalse();
                return ids.knows(partition);
            });

            kafka.deleteTopic(topic);
            kafka.createTopic(topic, 1);

            Member.until("the other id is noticed", swapped::getAsBoolean);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void anOffsetOutOfRangeStopsThePipelineWithTheExactRange(String protocol) throws Exception {
        // As in knative-extensions/eventing-kafka-broker#2201, apache/storm#6287 and apache/storm#6421.
        kafka.createTopic(topic, 1);
        produce(0, 90);
        TopicPartition tp = new TopicPartition(topic, 0);
        try (Admin admin = kafka.admin()) {
            admin.alterConsumerGroupOffsets(group, Map.of(tp, new OffsetAndMetadata(12)))
                    .all()
                    .get(60, TimeUnit.SECONDS);
            admin.deleteRecords(Map.of(tp, RecordsToDelete.beforeOffset(50)))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
        try (Member member =
                Member.of(config(protocol, new Start.Earliest()), client()).start()) {
            Member.until("stopped", () -> member.stopped);
            assertThat(member.failure)
                    .startsWith(topic + "-0@12 is out of range [50, 90): 38 records were deleted before delivery")
                    .contains("--reset-offsets --to-earliest")
                    .doesNotContain("\n");
            assertThat(member.retriable).isFalse();
            assertThat(member.lane.seen).isEmpty();
        }
        assertThat(committed(0)).isEqualTo(12);
    }

    @Test
    void anOffsetBeyondTheEndStopsThePipelineToo() throws Exception {
        kafka.createTopic(topic, 1);
        produce(0, 10);
        try (Admin admin = kafka.admin()) {
            admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1000)))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
        try (Member member =
                Member.of(config("classic", new Start.Earliest()), client()).start()) {
            Member.until("stopped", () -> member.stopped);
            assertThat(member.failure).contains("@1000 is out of range [0, 10): the log ends 990 records before");
        }
    }

    @Test
    void aMissingTopicIsNamed() throws Exception {
        try (Member member =
                Member.of(config("classic", new Start.Earliest()), client()).start()) {
            Member.until("stopped", () -> member.stopped);
            assertThat(member.failure).contains("topic " + topic).contains("does not exist");
            assertThat(member.running).isFalse();
        }
    }

    @Test
    void aPatternReadsTheTopicsItMatches() throws Exception {
        kafka.createTopic(topic, 1);
        produce(0, 3);
        PipelineConfig named = config("classic", new Start.Earliest());
        var source = new PipelineConfig.Source(
                List.of(topic.substring(0, 1) + "(?:" + topic.substring(1) + ")"),
                true,
                group,
                "classic",
                new Start.Earliest(),
                Map.of());
        PipelineConfig config = new PipelineConfig(
                named.name(),
                source,
                named.ordering(),
                1,
                named.processor(),
                named.inFlight(),
                named.retry(),
                named.deadLetter(),
                named.commitInterval(),
                named.drain());
        try (Member member = Member.of(config, client()).start()) {
            member.awaitSeen(3);
        }
    }

    @Test
    void whyTheClusterCannotBeReachedIsSaid() throws Exception {
        assertThatThrownBy(() -> check(Map.of("bootstrap.servers", "127.0.0.1:1")))
                .hasMessageContaining("nothing takes connections at 127.0.0.1:1")
                .matches(e -> ((StartFailure) e).retriable());
        assertThatThrownBy(
                        () -> check(Map.of("bootstrap.servers", kafka.bootstrapServers(), "security.protocol", "SSL")))
                .hasMessageContaining("does not answer to security.protocol SSL; it may speak another protocol");
        assertThatThrownBy(() -> check(Map.of("bootstrap.servers", "no-such-host.invalid:9092")))
                .hasMessageContaining("can be resolved");
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> check(Map.of("bootstrap.servers", "127.0.0.1:" + mute.getLocalPort())))
                    .hasMessageContaining("takes connections but does not answer to security.protocol PLAINTEXT");
        }
    }

    private void check(Map<String, String> client) throws StartFailure {
        PipelineConfig config = config("classic", new Start.Earliest());
        new StartupCheck(config, ConsumerDefaults.consumer(config, client, 0), Duration.ofSeconds(4), () -> false)
                .run();
    }
}
