package io.sluice.devkit.faults;

import io.sluice.devkit.kafka.Topics;
import io.sluice.devkit.oracle.EventKind;
import io.sluice.devkit.oracle.LogRecord;
import io.sluice.devkit.oracle.LogRecord.Produced;
import io.sluice.devkit.oracle.LogRecord.Result;
import io.sluice.devkit.oracle.LogWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Rows in which the log is not what a reader would like: holes, missing starts, transactions. */
final class LogRows {
    private LogRows() {}

    static List<Row> rows() {
        return List.of(
                Row.of(
                        "F18",
                        "records deleted before they were read",
                        "the pipeline stops and says exactly how many are gone; nothing is skipped in silence",
                        LogRows::deleted),
                Row.of(
                        "F21",
                        "compacted log, transaction markers, aborted transactions, an open one",
                        "commits reach the end over gaps; a stuck end of the log is not called a stall of ours",
                        LogRows::gaps));
    }

    private static void deleted(Rig rig) throws Exception {
        // So little is fetched ahead that the deleted records are not in memory already.
        rig.pipeline().sourceKafka("max.poll.records", "100").sourceKafka("max.partition.fetch.bytes", "8192");
        rig.open();
        rig.processor("p1").start();
        GatewayChild gateway = rig.gateway("g1");
        gateway.start();
        rig.feed(Mix.plain(rig.seed(), rig.partitions()), 2_000, 20_000);
        rig.flows(rig.records() / 10);

        rig.mark("gateway away");
        gateway.term();
        long at = committed(rig);
        rig.await("1,000 more records", () -> end(rig) > at + 1_000);
        delete(rig, at + 1_000);
        gateway.startOnly();
        long found = awaitStop(rig, gateway, at, at + 1_000);
        gateway.term();
        operatorMoves(rig, at + 1_000);
        gateway.start();
        rig.flows(rig.records() / 10);
        rig.figure("deleted_while_away_reported", found);
        rig.figure("deleted_while_away", 1_000);

        rig.mark("gateway held back");
        rig.processor("p1").pause();
        long before = end(rig);
        // More than the gateway holds and fetches ahead.
        rig.await("2,000 more records", () -> end(rig) > before + 2_000);
        long start = end(rig) - 500;
        delete(rig, start);
        rig.processor("p1").resume();
        rig.await("the pipeline stops", () -> gateway.state().equals("FAILED"));
        String reason = gateway.status().path("reason").asString("");
        rig.mark(reason.split(";")[0]);
        long missing = number(reason, ": ([0-9]+) records were deleted");
        gateway.term();
        operatorMoves(rig, start);
        gateway.start();
        rig.flows(rig.records() / 10);
        rig.figure("deleted_while_running_reported", missing);
        long untilMs = System.currentTimeMillis();
        rig.notes().afterwards(logs -> {
            long last = logs.delivered.stream()
                    .filter(d -> d.partition() == 0 && d.offset() < start && d.t() < untilMs)
                    .mapToLong(LogRecord.Delivered::offset)
                    .max()
                    .orElse(-1);
            rig.figure("deleted_while_running", start - last - 1);
        });
    }

    /** Waits until it has stopped and said how many records are missing, which it returns. */
    private static long awaitStop(Rig rig, GatewayChild gateway, long from, long to) {
        rig.await("the pipeline stops", () -> gateway.state().equals("FAILED"));
        String reason = gateway.status().path("reason").asString("");
        rig.mark(reason.split(";")[0]);
        long missing = number(reason, ": ([0-9]+) records were deleted");
        Checks.require(missing == to - from, (to - from) + " records are said to be gone, not: " + reason);
        return missing;
    }

    private static long number(String text, String pattern) {
        var found = java.util.regex.Pattern.compile(pattern).matcher(text);
        return found.find() ? Long.parseLong(found.group(1)) : -1;
    }

    private static TopicPartition first(Rig rig) {
        return new TopicPartition(rig.topic(), 0);
    }

    private static long committed(Rig rig) {
        return Topics.committed(rig.cluster().bootstrapServers(), rig.group()).getOrDefault(first(rig), 0L);
    }

    private static long end(Rig rig) {
        return Topics.endOffsets(rig.cluster().bootstrapServers(), rig.topic()).getOrDefault(first(rig), 0L);
    }

    private static void delete(Rig rig, long below) throws ExecutionException, InterruptedException {
        rig.notes().event(EventKind.RECORDS_DELETED, "broker", first(rig) + "@" + below);
        rig.mark("records below " + below + " deleted");
        try (Admin admin = rig.cluster().admin()) {
            admin.deleteRecords(Map.of(first(rig), RecordsToDelete.beforeOffset(below)))
                    .all()
                    .get();
        }
    }

    private static void operatorMoves(Rig rig, long to) throws ExecutionException, InterruptedException {
        rig.notes().event(EventKind.OPERATOR_RESET, "operator", first(rig) + "@" + to);
        rig.mark("operator moves the group to " + to);
        try (Admin admin = rig.cluster().admin()) {
            admin.alterConsumerGroupOffsets(rig.group(), Map.of(first(rig), new OffsetAndMetadata(to)))
                    .all()
                    .get();
        }
    }

    private static void gaps(Rig rig) throws Exception {
        rig.use(SoloCluster.start(Map.of("log.cleaner.backoff.ms", "200")));
        rig.open(
                Map.of(
                        "cleanup.policy", "compact",
                        "min.cleanable.dirty.ratio", "0.001",
                        "segment.bytes", "1048576",
                        "max.compaction.lag.ms", "1000",
                        "segment.ms", "1000"),
                true);
        rig.figure("compacted_away", compacted(rig));
        rig.processor("p1").start();
        GatewayChild gateway = rig.gateway("g1");
        gateway.start();
        rig.feed();
        rig.flows(rig.records() / 20);
        try (Transactions transactions = new Transactions(rig)) {
            int rounds = rig.isShort() ? 20 : 100;
            for (int round = 0; round < rounds; round++) {
                transactions.begin();
                if (rig.schedule().happens(round, 0.5)) {
                    transactions.commit();
                } else {
                    transactions.abort();
                }
            }
            rig.flows(rig.records() / 20);
            transactions.begin();
            rig.mark("a transaction stays open");
            rig.notes().faultBegins("open transaction");
            rig.runFor(Duration.ofSeconds(20));
            long settled = rig.progress().settled();
            double behind = gateway.metric("sluice_partition_open_transaction_records");
            double stalled = gateway.metric("sluice_stalled");
            rig.runFor(Duration.ofSeconds(5));
            rig.figure("settled_while_open", rig.progress().settled() - settled);
            rig.figure("stalled_while_open", (long) stalled);
            rig.figure("open_transaction_records", (long) behind);
            transactions.abort();
            rig.notes().faultEnds("open transaction");
            rig.mark("the transaction is aborted");
            Checks.require(stalled == 0, "an open transaction of somebody else is not our stall");
            Checks.require(behind > 0, "it is said that an open transaction holds records back");
            rig.flows(rig.records() / 20);
            // The last thing in the log is a marker: the commit has to pass it.
            transactions.begin();
            transactions.abort();
        }
    }

    /** Fills the log with records that are overwritten, has it compacted, and notes what is left. Returns how many are gone. */
    private static long compacted(Rig rig) throws ExecutionException, InterruptedException {
        int written = 4_000;
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, rig.cluster().bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < written; i++) {
                byte[] value = new Payload("old" + i, i, "ack", "x".repeat(200)).bytes();
                var unused = producer.send(new ProducerRecord<>(
                        rig.topic(),
                        i % rig.partitions(),
                        ("old" + i % 60).getBytes(StandardCharsets.US_ASCII),
                        value));
            }
            producer.flush();
            // A younger segment, so that the one before may be compacted.
            rig.await("the log is compacted", Duration.ofSeconds(60), () -> {
                for (int p = 0; p < rig.partitions(); p++) {
                    var unused = producer.send(new ProducerRecord<>(
                            rig.topic(), p, "tick".getBytes(StandardCharsets.US_ASCII), new byte[] {'x'}));
                }
                producer.flush();
                return count(rig) < written / 2;
            });
        }
        settings(rig, Map.of("cleanup.policy", "delete", "segment.ms", "604800000"));
        // Whatever the cleaner had begun is done when two counts agree.
        AtomicLong last = new AtomicLong(-1);
        rig.await("compaction has ended", Duration.ofSeconds(60), () -> {
            rig.runFor(Duration.ofSeconds(2));
            long now = count(rig);
            return last.getAndSet(now) == now;
        });
        try (LogWriter log = LogWriter.open(rig.logs(), "compacted")) {
            Topics.forEach(rig.cluster().bootstrapServers(), rig.topic(), r -> {
                Payload payload = Payload.parse(r.value());
                log.write(new Produced(
                        System.currentTimeMillis(),
                        r.topic(),
                        r.partition(),
                        r.offset(),
                        LogRecord.key(r.key()),
                        r.offset(),
                        payload.uid(),
                        LogRecord.sha(r.value()),
                        Result.OK));
            });
        }
        long ends = Topics.endOffsets(rig.cluster().bootstrapServers(), rig.topic()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        return ends - last.get();
    }

    private static long count(Rig rig) {
        AtomicLong count = new AtomicLong();
        Topics.forEach(rig.cluster().bootstrapServers(), rig.topic(), r -> count.incrementAndGet());
        return count.get();
    }

    private static void settings(Rig rig, Map<String, String> settings)
            throws ExecutionException, InterruptedException {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, rig.topic());
        List<AlterConfigOp> changes = settings.entrySet().stream()
                .map(s -> new AlterConfigOp(new ConfigEntry(s.getKey(), s.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        try (Admin admin = rig.cluster().admin()) {
            admin.incrementalAlterConfigs(Map.of(topic, changes)).all().get();
        }
    }
}
