package io.sluice.ingest.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.kafka.EmbeddedKafka;
import io.sluice.devkit.kafka.Topics;
import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.config.PipelineConfig.Start;
import io.sluice.ingest.delivery.Cause;
import io.sluice.ingest.delivery.DeadLetter;
import io.sluice.ingest.delivery.Entries;
import io.sluice.ingest.delivery.Entry;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.Outgoing;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.ring.Doorbell;
import io.sluice.ingest.ring.PublishRing;
import io.sluice.ingest.ring.Reply;
import io.sluice.ingest.ring.ReplyRing;
import io.sluice.ingest.source.KafkaTest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NullUnmarked // the package is marked by the gateway; tests pass nulls on purpose
class DeadLetterPublisherIT extends KafkaTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final PublishRing letters = new PublishRing(64);
    private final ReplyRing replies = new ReplyRing(64, new Doorbell());
    private final List<Reply> answers = new ArrayList<>();
    private final String dlq = "dlq." + topic;
    /** Not long ago, or the topic's retention would delete what was just written. */
    private final long recordedMs = System.currentTimeMillis() - 60_000;

    private DeadLetterPublisher publisher;

    @AfterEach
    void closePublisher() {
        publisher.close();
        publisher.close();
    }

    @Test
    void aDeadLetterKeepsTheRecordAsItWasAndSaysWhyItIsThere() {
        kafka.createTopic(dlq, 3);
        start(false);
        byte[] key = {0, 1, -1};
        Header[] headers = {
            new Header("h", new byte[] {7, 0}),
            new Header("h", null),
            new Header("", new byte[0]),
            new Header("__dlq.errors.topic", "forged".getBytes(UTF_8)),
            new Header("sluice.dlq.redrives", "99".getBytes(UTF_8)),
        };
        long nowNs = System.nanoTime();
        Entry entry = Entries.of(
                new PartitionEpoch("src", 4, 1), 42, recordedMs, key, null, headers, 3, 5, nowNs - 60_000_000_000L);
        offer(new DeadLetter(
                entry,
                Cause.REJECT,
                "NEGATIVE_MAGNITUDE",
                "first line\nsecond " + "ä".repeat(600),
                new Header[] {new Header("trace", new byte[] {9, 9})},
                "triage/1.0",
                nowNs));

        assertThat(answer()).isInstanceOf(Reply.Published.class);
        ConsumerRecord<byte[], byte[]> written = written().get(0);
        assertThat(written.key()).isEqualTo(key);
        assertThat(written.value()).isNull();
        assertThat(written.timestamp()).isEqualTo(recordedMs);
        var all = written.headers().toArray();
        assertThat(all[0].key()).isEqualTo("h");
        assertThat(all[0].value()).containsExactly(7, 0);
        assertThat(all[1].key()).isEqualTo("h");
        assertThat(all[1].value()).isNull();
        assertThat(all[2].key()).isEmpty();
        assertThat(all[2].value()).isEmpty();
        Map<String, String> said = texts(written);
        assertThat(said)
                .containsEntry("x-untrusted-__dlq.errors.topic", "forged")
                .containsEntry("x-untrusted-sluice.dlq.redrives", "99")
                .containsEntry("__dlq.errors.topic", "src")
                .containsEntry("__dlq.errors.partition", "4")
                .containsEntry("__dlq.errors.offset", "42")
                .containsEntry("__dlq.errors.group", group)
                .containsEntry("__dlq.errors.delivery.count", "5")
                .containsEntry("sluice.dlq.pipeline", "p-" + topic)
                .containsEntry("sluice.dlq.cause", "REJECT")
                .containsEntry("sluice.dlq.code", "NEGATIVE_MAGNITUDE")
                .containsEntry("sluice.dlq.attempts", "3")
                .containsEntry("sluice.dlq.deliveries", "5")
                .containsEntry("sluice.dlq.processor", "triage/1.0")
                .containsEntry("sluice.dlq.redrives", "0");
        assertThat(written.headers().lastHeader("sluice.dlq.x.trace").value()).containsExactly(9, 9);
        assertThat(said.get("sluice.dlq.reason"))
                .startsWith("first line second ä")
                .doesNotContain("\n", "\uFFFD");
        assertThat(said.get("sluice.dlq.reason").getBytes(UTF_8)).hasSizeBetween(990, 1000);
        Instant failed = Instant.parse(said.get("sluice.dlq.failed-at"));
        assertThat(failed).isBetween(Instant.now().minusSeconds(120), Instant.now());
        assertThat(Duration.between(Instant.parse(said.get("sluice.dlq.first-failed-at")), failed))
                .isBetween(Duration.ofMillis(59_990), Duration.ofMillis(60_010));
        assertThat(publisher.published()).isEqualTo(1);
        assertThat(publisher.failures()).isZero();
        assertThat(publisher.problem()).isNull();
    }

    @Test
    void aMissingTopicFailsFastAndIsUsedOnceItIsThere() {
        // As in apache/kafka#22424 and confluentinc/librdkafka#4966.
        start(false);
        DeadLetter letter = letter(new byte[10], new Header[0]);
        offer(letter);
        Reply.PublishFailed failed = (Reply.PublishFailed) answer();
        assertThat(failed.letter()).isSameAs(letter);
        assertThat(failed.why())
                .isEqualTo("dead-letter topic " + dlq + " does not exist; the record is held and its offset is not"
                        + " committed; create the topic");
        assertThat(publisher.problem()).isEqualTo(failed.why());

        kafka.createTopic(dlq, 1);
        until(Reply.Published.class, letter);
        assertThat(written()).hasSize(1);
        assertThat(publisher.problem()).isNull();
    }

    @Test
    void aMissingTopicIsCreatedWithThePartitionsOfTheSourceIfThatIsAllowed() throws Exception {
        kafka.createTopic(topic, 5);
        start(true);
        offer(letter(new byte[10], new Header[0]));
        assertThat(answer()).isInstanceOf(Reply.Published.class);
        assertThat(Topics.endOffsets(kafka.bootstrapServers(), dlq)).hasSize(5);
        ConfigResource created = new ConfigResource(ConfigResource.Type.TOPIC, dlq);
        try (Admin admin = kafka.admin()) {
            var configs = admin.describeConfigs(List.of(created)).all().get(60, TimeUnit.SECONDS);
            assertThat(configs.get(created).get("retention.ms").value()).isEqualTo("-1");
        }
    }

    @Test
    void aLetterTooLargeLosesItsCustomHeadersThenItsReasonAndIsHeldInTheEnd() throws Exception {
        // As in spring-projects/spring-kafka#1996 and Particular/NServiceBus#526.
        kafka.createTopic(dlq, 1, Map.of("max.message.bytes", "5000"));
        start(false);
        byte[] noise = noise(4000);

        offer(letter(new byte[10], new Header[] {new Header("big", noise(6000))}));
        assertThat(answer()).isInstanceOf(Reply.Published.class);
        assertThat(texts(written().get(0)))
                .doesNotContainKey("sluice.dlq.x.big")
                .containsKey("sluice.dlq.reason");

        offer(letter(noise, new Header[] {new Header("big", noise(6000))}));
        assertThat(answer()).isInstanceOf(Reply.Published.class);

        offer(letter(noise(6000), new Header[0]));
        Reply.PublishFailed failed = (Reply.PublishFailed) answer();
        assertThat(failed.why())
                .contains("cannot write " + topic + "-0@7 to dead-letter topic " + dlq)
                .contains("too large")
                .contains("is not committed");
        assertThat(written()).hasSize(2);

        try (Admin admin = kafka.admin()) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, dlq),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", "50000"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
        until(Reply.Published.class, failed.letter());
        assertThat(written()).hasSize(3);
    }

    @Test
    void aTopicThatMayNotBeWrittenHoldsTheLetterUntilItMay() throws Exception {
        try (EmbeddedKafka guarded = EmbeddedKafka.start(Map.of(
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found",
                "true"))) {
            guarded.createTopic(dlq, 1);
            try (Admin admin = guarded.admin()) {
                admin.createAcls(List.of(acl(AclOperation.DESCRIBE, AclPermissionType.ALLOW), noWrite()))
                        .all()
                        .get(60, TimeUnit.SECONDS);
                start(guarded.bootstrapServers(), false);
                DeadLetter letter = letter(new byte[10], new Header[0]);
                offer(letter);
                Reply.PublishFailed failed = (Reply.PublishFailed) answer();
                assertThat(failed.why())
                        .contains("not authorized; grant Write and Describe")
                        .contains("is not committed");
                assertThat(publisher.failures()).isEqualTo(1);

                admin.createAcls(List.of(acl(AclOperation.WRITE, AclPermissionType.ALLOW)))
                        .all()
                        .get(60, TimeUnit.SECONDS);
                admin.deleteAcls(List.of(noWrite().toFilter())).all().get(60, TimeUnit.SECONDS);
                until(Reply.Published.class, letter);
                assertThat(publisher.problem()).isNull();
            }
        }
    }

    @Test
    void aTimestampTheTopicRefusesGoesIntoAHeader() {
        kafka.createTopic(dlq, 1, Map.of("message.timestamp.after.max.ms", "1000"));
        start(false);
        long future = System.currentTimeMillis() + 1_000_000_000;
        Entry entry = Entries.of(
                new PartitionEpoch(topic, 0, 1), 7, future, null, new byte[1], Header.NONE, 1, 1, System.nanoTime());
        offer(new DeadLetter(entry, Cause.ATTEMPTS, "", "", Header.NONE, "", System.nanoTime()));
        assertThat(answer()).isInstanceOf(Reply.Published.class);
        assertThat(texts(written().get(0))).containsEntry("sluice.dlq.timestamp", Long.toString(future));
    }

    @Test
    void everyLetterOfABurstIsAnsweredOnce() {
        kafka.createTopic(dlq, 2);
        start(false);
        int n = 1000;
        for (int i = 0; i < n; i++) {
            DeadLetter letter = letter(new byte[i % 100], Header.NONE);
            while (!letters.offer(letter)) {
                replies.drain(answers::add);
                Thread.onSpinWait();
            }
        }
        await().atMost(PATIENCE).until(() -> {
            replies.drain(answers::add);
            return answers.size() >= n;
        });
        assertThat(answers).hasSize(n).allMatch(r -> r instanceof Reply.Published);
        assertThat(written()).hasSize(n);
    }

    private AclBinding noWrite() {
        return acl(AclOperation.WRITE, AclPermissionType.DENY);
    }

    private AclBinding acl(AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, dlq, PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
    }

    private void start(boolean create) {
        start(kafka.bootstrapServers(), create);
    }

    private void start(String bootstrapServers, boolean create) {
        PipelineConfig config = config("classic", new Start.Earliest(), Duration.ofSeconds(5), Map.of(), create);
        publisher = new DeadLetterPublisher(
                config, Map.of("bootstrap.servers", bootstrapServers), 0, letters, replies, Clock.systemUTC());
        publisher.start();
    }

    private DeadLetter letter(byte[] value, Header[] custom) {
        long nowNs = System.nanoTime();
        Entry entry = Entries.of(
                new PartitionEpoch(topic, 0, 1), 7, recordedMs, "k".getBytes(UTF_8), value, Header.NONE, 1, 1, nowNs);
        return new DeadLetter(entry, Cause.REJECT, "CODE", "r".repeat(900), custom, "p", nowNs);
    }

    private void offer(Outgoing letter) {
        assertThat(letters.offer(letter)).isTrue();
    }

    private Reply answer() {
        answers.clear();
        await().atMost(PATIENCE).until(() -> replies.drain(answers::add) > 0);
        assertThat(answers).hasSize(1);
        return answers.get(0);
    }

    /** Offers a letter again and again, as the core does, until the answer is this. */
    private void until(Class<? extends Reply> wanted, Outgoing letter) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            offer(letter);
            return wanted.isInstance(answer());
        });
    }

    private List<ConsumerRecord<byte[], byte[]>> written() {
        return Topics.readAll(kafka.bootstrapServers(), dlq);
    }

    private static Map<String, String> texts(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> texts = new LinkedHashMap<>();
        record.headers().forEach(h -> texts.put(h.key(), h.value() == null ? null : new String(h.value(), UTF_8)));
        return texts;
    }

    /** Bytes that do not compress. */
    private static byte[] noise(int n) {
        byte[] bytes = new byte[n];
        new Random(n).nextBytes(bytes);
        return bytes;
    }
}
