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
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Another pipeline in the gateway of a run, with a topic, a group and a processor of its own. It is not judged: its processor writes its log
 * where the oracle does not look. Used by the rig's thread.
 */
final class Tenant implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Rig rig;
    private final String name;
    private final ChildProcess processor;
    private long seed = 1;

    private Tenant(Rig rig, String name, ChildProcess processor) {
        this.rig = rig;
        this.name = name;
        this.processor = processor;
    }

    /**
     * Makes its topic and starts its processor; before the gateway starts.
     *
     * @param settings more keys of its pipeline, a line each, not indented
     * @param behaviour flags of {@link TestProcessor}
     */
    static Tenant join(
            Rig rig, String name, int partitions, Map<String, String> topic, String settings, String... behaviour) {
        int port = Ports.free();
        Path logs = rig.folder().resolve("tenants").resolve(name);
        List<String> args =
                new ArrayList<>(List.of("--name", name, "--port", Integer.toString(port), "--logs", logs.toString()));
        args.addAll(List.of(behaviour));
        ChildProcess processor = ChildProcess.java(TestProcessor.class.getName())
                .name(name)
                .flags("-Xmx96m", Child.QUICK)
                .args(args.toArray(String[]::new))
                .start(rig.folder().resolve(name + ".out"));
        Tenant tenant = rig.closing(new Tenant(rig, name, processor));
        processor.awaitLine("listening on " + port, PATIENCE);
        rig.cluster().createTopic(tenant.topic(), partitions, topic);
        rig.cluster().createTopic("dlq." + tenant.topic(), 1);
        rig.pipeline().add("""
                - name: %s
                  source: { topics: [%s], group: %s, kafka: { session.timeout.ms: %d, heartbeat.interval.ms: 1000 } }
                  processor: { targets: ["static://127.0.0.1:%d"] }
                  dead_letter: { topic: dlq.%s }
                %s""".formatted(
                        name,
                        tenant.topic(),
                        tenant.group(),
                        Pipeline.SESSION_MS,
                        port,
                        tenant.topic(),
                        settings.isEmpty() ? "" : settings.indent(2)));
        return tenant;
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

    /** Writes records into the first partitions of its topic and waits until the broker has them. */
    void feed(int records, int partitions, int bytes) {
        RecordGenerator generator = new RecordGenerator(seed++, records, 20, partitions, bytes, bytes);
        Producing.all(rig.cluster().bootstrapServers(), generator.records(topic()), sent -> {});
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
        for (Path log : LogReader.logs(rig.folder().resolve("tenants").resolve(name))) {
            LogReader.read(log, line -> count.addAndGet(line instanceof Delivered ? 1 : 0));
        }
        return count.get();
    }

    @Override
    public void close() {
        processor.kill();
        processor.exitCode(PATIENCE);
    }
}
