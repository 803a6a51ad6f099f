package io.sluice.devkit.faults;

import io.sluice.devkit.kafka.Ports;
import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.RecordGenerator;
import io.sluice.devkit.kafka.Topics;
import io.sluice.devkit.oracle.LogReader;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import io.sluice.devkit.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Spliterators;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Another pipeline in the gateway of a run, with a topic, a group and, as a rule, a processor of its own. It is not judged: its processor
 * writes its log where the oracle does not look. Used by the rig's thread.
 */
final class Tenant implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int KEYS = 20;

    private final Rig rig;
    private final String name;
    private final int port;
    private @Nullable ChildProcess processor;
    private int lives;
    private long seed = 1;

    private Tenant(Rig rig, String name, int port) {
        this.rig = rig;
        this.name = name;
        this.port = port;
    }

    /**
     * Makes its topics and starts its processor; before the gateway starts.
     *
     * @param settings more keys of its pipeline, a line each, not indented
     * @param behaviour flags of {@link TestProcessor}
     */
    static Tenant join(
            Rig rig, String name, int partitions, Map<String, String> topic, String settings, String... behaviour) {
        Tenant tenant = rig.closing(new Tenant(rig, name, Ports.free()));
        tenant.launch(behaviour);
        rig.cluster().createTopic(tenant.topic(), partitions, topic);
        rig.cluster().createTopic(tenant.deadLetters(), 1);
        tenant.addPipeline(tenant.deadLetters(), settings);
        return tenant;
    }

    /** Joins as many tenants, of a partition each, who have a processor and a dead-letter topic in common. */
    static List<Tenant> crowd(Rig rig, String name, int size) {
        Tenant first = rig.closing(new Tenant(rig, name + 1, Ports.free()));
        first.launch();
        List<Tenant> all = new ArrayList<>(List.of(first));
        for (int i = 2; i <= size; i++) {
            all.add(new Tenant(rig, name + i, first.port));
        }
        List<NewTopic> topics = new ArrayList<>(List.of(new NewTopic(first.deadLetters(), 1, (short) 1)));
        all.forEach(tenant -> topics.add(new NewTopic(tenant.topic(), 1, (short) 1)));
        try (Admin admin = rig.cluster().admin()) {
            admin.createTopics(topics).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot make the topics of " + name + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        all.forEach(tenant -> tenant.addPipeline(first.deadLetters(), "in_flight: { records: 500, bytes: 1MiB }"));
        return all;
    }

    private void launch(String... behaviour) {
        lives++;
        List<String> args = new ArrayList<>(
                List.of("--name", name + "-" + lives, "--port", Integer.toString(port), "--logs", logs().toString()));
        args.addAll(List.of(behaviour));
        ChildProcess started = ChildProcess.java(TestProcessor.class.getName())
                .name(name)
                .flags("-Xmx96m", Child.QUICK)
                .args(args.toArray(String[]::new))
                .start(rig.folder().resolve(name + "-" + lives + ".out"));
        processor = started;
        started.awaitLine("listening on " + port, PATIENCE);
    }

    private void addPipeline(String deadLetters, String settings) {
        String breaker = settings.contains("dead_letter:") ? "" : "\n  dead_letter: { topic: " + deadLetters + " }";
        rig.pipeline().add("""
                - name: %s
                  source: { topics: [%s], group: %s, kafka: { session.timeout.ms: %d, heartbeat.interval.ms: 1000 } }
                  processor: { targets: ["static://127.0.0.1:%d"] }%s
                %s""".formatted(
                name,
                topic(),
                group(),
                Pipeline.SESSION_MS,
                port,
                breaker,
                settings.isEmpty() ? "" : settings.replace("$DLQ", deadLetters).indent(2)));
    }

    /** Ends its processor at once and starts it with other flags. */
    void becomes(String... behaviour) {
        close();
        launch(behaviour);
    }

    String name() {
        return name;
    }

    String topic() {
        return "t." + rig.row().id() + "." + name;
    }

    String group() {
        return "g." + rig.row().id() + "." + name;
    }

    private String deadLetters() {
        return "dlq." + topic();
    }

    private Path logs() {
        return rig.folder().resolve("tenants").resolve(name);
    }

    /** Writes records into the first partitions of its topic and waits until the broker has them. */
    void feed(int records, int partitions, int bytes) {
        feed(rig, List.of(this), records, partitions, bytes);
    }

    /** Writes so many records into the topic of each and waits until the broker has them. */
    static void feed(Rig rig, List<Tenant> tenants, int records, int partitions, int bytes) {
        Iterator<ProducerRecord<byte[], byte[]>> all = tenants.stream()
                .flatMap(tenant -> {
                    Iterator<ProducerRecord<byte[], byte[]>> own = new RecordGenerator(
                                    tenant.seed++, records, KEYS, partitions, bytes, bytes)
                            .records(tenant.topic());
                    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(own, 0), false);
                })
                .iterator();
        Producing.all(rig.cluster().bootstrapServers(), all, sent -> {});
    }

    /** Records its group has committed past, over all partitions. */
    long committed() {
        return Topics.committed(rig.cluster().bootstrapServers(), group()).entrySet().stream()
                .filter(e -> e.getKey().topic().equals(topic()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Records that its processor was given, each as often as it was. */
    long delivered() {
        AtomicLong count = new AtomicLong();
        for (Path log : LogReader.logs(logs())) {
            LogReader.read(log, line -> count.addAndGet(line instanceof Delivered ? 1 : 0));
        }
        return count.get();
    }

    /** Ends its processor, if it has one. */
    @Override
    public void close() {
        ChildProcess current = processor;
        if (current != null && current.isAlive()) {
            current.kill();
            current.exitCode(PATIENCE);
        }
    }
}
