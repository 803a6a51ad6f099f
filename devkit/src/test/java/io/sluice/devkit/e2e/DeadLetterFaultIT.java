package io.sluice.devkit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.kafka.EmbeddedKafka;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.Topics;
import io.sluice.ingest.Gateway;
import io.sluice.processor.Outcome;
import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

/**
 * The dead-letter topic is missing, then there but not writable, then sound: meanwhile the keys with rejected records
 * wait, all others go on, and the gateway says so.
 */
class DeadLetterFaultIT {
    private static final Map<String, String> AUTHORIZER = Map.of(
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found",
            "true");
    private static final int PARTITIONS = 4;
    private static final int KEYS = 60;
    private static final int PER_WAVE = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Ledger ledger = new Ledger(Ledger.Unit.KEY);
    /** Lowest rejected offset of each partition. */
    private final Map<Integer, Long> firstRejected = new ConcurrentHashMap<>();
    /** Highest wave of which a record of the key has been begun. */
    private final Map<Integer, Integer> waveOfKey = new ConcurrentHashMap<>();

    /** Partition and offset. */
    private final Set<String> rejected = ConcurrentHashMap.newKeySet();

    private final AtomicLong settledOfSoundKeys = new AtomicLong();

    @Test
    void onlyTheKeysConcernedWaitUntilTheTopicCanBeWritten() throws Exception {
        String topic = "dead-letter-fault";
        try (EmbeddedKafka kafka = EmbeddedKafka.start(AUTHORIZER);
                LogLines log = new LogLines();
                ProcessorServer processor =
                        Processor.named("fault").handler(this::handle).start()) {
            kafka.createTopic(topic, PARTITIONS);
            Pipelines pipeline = Pipelines.of(topic, processor.port());
            try (Gateway gateway = Gateway.start(Pipelines.gateway(kafka.bootstrapServers(), pipeline))) {
                AdminPages admin = new AdminPages(gateway);
                whileTheTopicIsMissing(kafka, pipeline, admin, log);
                whileTheTopicIsNotWritable(kafka, pipeline, admin, log);
                onceTheTopicIsSound(kafka, pipeline, admin);
            }
            assertNothingIsLost(kafka, pipeline);
        }
    }

    private void whileTheTopicIsMissing(EmbeddedKafka kafka, Pipelines pipeline, AdminPages admin, LogLines log) {
        send(kafka, pipeline.topic, 0);
        awaitSettled(0);
        awaitHeld(pipeline, admin);

        send(kafka, pipeline.topic, 1);
        awaitSettled(1);

        assertHeld(kafka, pipeline, admin);
        assertThat(admin.pipeline(pipeline.name()).get("reason").asString())
                .contains(" dead letters are held: ")
                .contains("dead-letter topic " + pipeline.deadLetters() + " does not exist")
                .contains("the record is held and its offset is not committed");
        List<String> lines = log.with("ERROR", pipeline.deadLetters());
        assertThat(lines)
                .as("once a minute at most, however many letters fail")
                .hasSizeBetween(1, 2)
                .allSatisfy(line -> assertThat(line)
                        .contains("does not exist; the record is held and its offset is not committed")
                        .contains("pipeline=\"" + pipeline.name() + "\""));
    }

    private void whileTheTopicIsNotWritable(EmbeddedKafka kafka, Pipelines pipeline, AdminPages admin, LogLines log)
            throws ExecutionException, InterruptedException {
        forbidWriting(kafka, pipeline.deadLetters());
        kafka.createTopic(pipeline.deadLetters(), 2, Map.of("retention.ms", "-1"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                admin.pipeline(pipeline.name()).get("reason").asString())
                        .contains("not authorized; grant Write and Describe on the topic"));
        awaitHeld(pipeline, admin);

        send(kafka, pipeline.topic, 2);
        awaitSettled(2);

        assertHeld(kafka, pipeline, admin);
        assertThat(log.with("ERROR", "cannot write", pipeline.deadLetters(), "offset is not committed"))
                .isNotEmpty();
        assertThat(Topics.readAll(kafka.bootstrapServers(), pipeline.deadLetters()))
                .isEmpty();
    }

    private void onceTheTopicIsSound(EmbeddedKafka kafka, Pipelines pipeline, AdminPages admin)
            throws ExecutionException, InterruptedException {
        permitWriting(kafka, pipeline.deadLetters());
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(committed(kafka, pipeline)).isEqualTo(ends(kafka, pipeline)));
        Map<String, String> mine = Map.of("pipeline", pipeline.name());
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(admin.pipeline(pipeline.name()).get("stalled").isNull()).isTrue();
            assertThat(admin.metric("sluice_dead_letters_held_records", mine)).isZero();
            assertThat(admin.metric("sluice_stalled", mine)).isZero();
        });
    }

    private void assertNothingIsLost(EmbeddedKafka kafka, Pipelines pipeline) {
        List<String> letters = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> letter : Topics.readAll(kafka.bootstrapServers(), pipeline.deadLetters())) {
            letters.add(text(letter, "__dlq.errors.partition") + "@" + text(letter, "__dlq.errors.offset"));
        }
        int twice = letters.size() - new HashSet<>(letters).size();
        System.out.printf(
                "dead-letter fault: records %d, rejected %d, dead letters %d, of them twice %d, deliveries %d, "
                        + "order violations %d%n",
                3 * KEYS * PER_WAVE,
                rejected.size(),
                letters.size(),
                twice,
                ledger.deliveries.get(),
                ledger.orderViolations.get());
        assertThat(new HashSet<>(letters)).isEqualTo(rejected);
        // Each refusal was a clear no, so nothing was written twice.
        assertThat(twice).isZero();
        assertThat(ledger.finished()).isEqualTo(3 * KEYS * PER_WAVE);
        assertThat(ledger.count(Outcome.REJECT)).isEqualTo(rejected.size());
        assertThat(ledger.duplicates.get()).isZero();
        assertThat(ledger.orderViolations.get()).isZero();
    }

    /** Each rejected record is held, and no key with one has gone on to the next wave. */
    private void assertHeld(EmbeddedKafka kafka, Pipelines pipeline, AdminPages admin) {
        assertThat(admin.pipeline(pipeline.name()).get("state").asString()).isEqualTo("RUNNING");
        assertThat(admin.pipeline(pipeline.name()).get("stalled").asString()).isEqualTo("DEAD_LETTER_UNWRITABLE");
        Map<String, String> mine = Map.of("pipeline", pipeline.name());
        assertThat(admin.metric("sluice_dead_letters_held_records", mine)).isEqualTo(rejected.size());
        assertThat(admin.metric("sluice_publish_failures_total", mine)).isGreaterThanOrEqualTo(rejected.size());
        assertThat(admin.metric(
                        "sluice_stalled", Map.of("pipeline", pipeline.name(), "reason", "dead_letter_unwritable")))
                .isEqualTo(1);
        waveOfKey.forEach((key, wave) -> {
            if (rejecting(key)) {
                assertThat(wave).as("key %d waits", key).isZero();
            }
        });
        // What has no rejected record is committed to its end; the rest stays below the first one.
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(committed(kafka, pipeline)).containsAllEntriesOf(sound(ends(kafka, pipeline))));
        committed(kafka, pipeline).forEach((partition, offset) -> {
            if (firstRejected.containsKey(partition.partition())) {
                assertThat(offset).as("%s", partition).isLessThanOrEqualTo(firstRejected.get(partition.partition()));
            }
        });
    }

    private Map<TopicPartition, Long> sound(Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> sound = new HashMap<>(ends);
        sound.keySet().removeIf(partition -> firstRejected.containsKey(partition.partition()));
        assertThat(sound).hasSize(2);
        return sound;
    }

    private void awaitHeld(Pipelines pipeline, AdminPages admin) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(waveOfKey.keySet()).hasSize(KEYS);
            assertThat(rejected).hasSizeGreaterThanOrEqualTo(6);
            assertThat(admin.metric("sluice_dead_letters_held_records", Map.of("pipeline", pipeline.name())))
                    .isEqualTo(rejected.size());
        });
    }

    /** All keys without rejected records are through with a wave. */
    private void awaitSettled(int wave) {
        long least = (long) (wave + 1) * PER_WAVE * (KEYS - 6);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(settledOfSoundKeys.get()).as("wave %d", wave).isEqualTo(least));
    }

    private Verdict handle(Record record) {
        ledger.begun(record);
        String[] value = record.valueAsString().split("/");
        int key = Integer.parseInt(value[0]);
        int sequence = Integer.parseInt(value[1]);
        waveOfKey.merge(key, sequence / PER_WAVE, Math::max);
        Verdict verdict = Verdict.ack();
        if (rejecting(key) && sequence % 3 == 1) {
            verdict = Verdict.reject("SCRIPTED", "as the script says");
            rejected.add(record.partition() + "@" + record.offset());
            firstRejected.merge(record.partition(), record.offset(), Math::min);
        }
        if (!rejecting(key)) {
            settledOfSoundKeys.incrementAndGet();
        }
        ledger.ended(record, verdict.outcome());
        return verdict;
    }

    /** Three keys of partition 0 and three of partition 1. */
    private static boolean rejecting(int key) {
        return key % 20 <= 1;
    }

    private static void send(EmbeddedKafka kafka, String topic, int wave) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int n = wave * PER_WAVE; n < (wave + 1) * PER_WAVE; n++) {
            for (int key = 0; key < KEYS; key++) {
                records.add(new ProducerRecord<>(
                        topic, key % PARTITIONS, ("k" + key).getBytes(UTF_8), (key + "/" + n).getBytes(UTF_8)));
            }
        }
        Producing.all(kafka.bootstrapServers(), records.iterator(), sent -> {});
    }

    private static Map<TopicPartition, Long> committed(EmbeddedKafka kafka, Pipelines pipeline) {
        return Topics.committed(kafka.bootstrapServers(), pipeline.group());
    }

    private static Map<TopicPartition, Long> ends(EmbeddedKafka kafka, Pipelines pipeline) {
        return Topics.endOffsets(kafka.bootstrapServers(), pipeline.topic);
    }

    private static void forbidWriting(EmbeddedKafka kafka, String topic)
            throws ExecutionException, InterruptedException {
        try (Admin admin = kafka.admin()) {
            admin.createAcls(List.of(
                            acl(topic, AclOperation.ALL, AclPermissionType.ALLOW),
                            acl(topic, AclOperation.WRITE, AclPermissionType.DENY)))
                    .all()
                    .get();
        }
    }

    private static void permitWriting(EmbeddedKafka kafka, String topic)
            throws ExecutionException, InterruptedException {
        try (Admin admin = kafka.admin()) {
            admin.deleteAcls(List.of(acl(topic, AclOperation.WRITE, AclPermissionType.DENY)
                            .toFilter()))
                    .all()
                    .get();
        }
    }

    private static AclBinding acl(String topic, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
    }

    private static String text(ConsumerRecord<byte[], byte[]> letter, String header) {
        return new String(letter.headers().lastHeader(header).value(), UTF_8);
    }
}
