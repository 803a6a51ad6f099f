package io.sluice.bench;

import io.sluice.devkit.kafka.BrokerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/** What all contenders of a run share: the broker, a folder for logs, and somebody to tell what goes on. For one thread. */
final class Stage implements AutoCloseable {
    private final Path folder;
    private final Consumer<String> told;
    private final BrokerProcess broker;
    private int topics;

    Stage(Path folder, Consumer<String> told) {
        this.folder = folder;
        this.told = told;
        this.broker = BrokerProcess.start(Map.of(
                // What a round has written is gone soon after it, or a long run would fill the disk.
                "log.segment.bytes", "67108864",
                "log.retention.check.interval.ms", "5000",
                "log.segment.delete.delay.ms", "1000"));
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    Usage brokerUsage() {
        return Usage.of("broker", broker.pid());
    }

    /** A new topic. */
    String topic(String prefix, int partitions) {
        String name = prefix + "-" + ++topics;
        broker.createTopic(name, partitions, Map.of("max.message.bytes", "33554432"));
        return name;
    }

    /** A new topic for dead letters. */
    String deadLetters(String topic, String contender) {
        String name = "dlq." + contender + "." + topic;
        broker.createTopic(name, 1);
        return name;
    }

    /** A new folder for the logs of a contender. */
    Path folder(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + folder.resolve(name), e);
        }
    }

    void tell(String line) {
        told.accept(line);
    }

    /** Lets the broker delete what has been handled. */
    void empty(String topic, int partitions) {
        try (Admin admin = broker.admin()) {
            Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
            for (int p = 0; p < partitions; p++) {
                asked.put(new TopicPartition(topic, p), OffsetSpec.latest());
            }
            Map<TopicPartition, RecordsToDelete> done = new HashMap<>();
            admin.listOffsets(asked)
                    .all()
                    .get()
                    .forEach((partition, end) -> done.put(partition, RecordsToDelete.beforeOffset(end.offset())));
            admin.deleteRecords(done).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot empty " + topic, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
