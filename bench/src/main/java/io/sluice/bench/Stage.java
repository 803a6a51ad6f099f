package io.sluice.bench;

import io.sluice.devkit.kafka.BrokerProcess;
import io.sluice.devkit.kafka.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/** What all contenders of a run share: the broker, a folder for logs, and somebody to tell what goes on. For one thread. */
final class Stage implements AutoCloseable {
    private static final String DEAD_LETTERS = "dead-letters";

    private final Path folder;
    private final Consumer<String> told;
    private final BrokerProcess broker;
    private int topics;
    private boolean hasDeadLetters;

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

    /** New topics for a load; returns the name of the first. */
    String topic(String prefix, Load load) {
        String name = prefix.toLowerCase(Locale.ROOT) + "-" + ++topics;
        for (String topic : load.topics(name)) {
            broker.createTopic(topic, load.partitions(), Map.of("max.message.bytes", "33554432"));
        }
        return name;
    }

    /** The topic for dead letters, of which there are none. */
    String deadLetters() {
        if (!hasDeadLetters) {
            hasDeadLetters = true;
            broker.createTopic(DEAD_LETTERS, 1);
        }
        return DEAD_LETTERS;
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

    /**
     * Lets the broker delete what all groups that read a topic have committed. A group reads the topic that its name ends with;
     * of a partition for which one of them has no commit nothing is deleted.
     */
    void trim(Collection<String> topics) {
        try (Admin admin = broker.admin()) {
            Map<String, Map<TopicPartition, Long>> commits = new HashMap<>();
            for (GroupListing group : admin.listGroups().all().get()) {
                commits.put(group.groupId(), Topics.committed(admin, group.groupId()));
            }
            Map<TopicPartition, RecordsToDelete> done = new HashMap<>();
            commits.values().stream()
                    .flatMap(offsets -> offsets.keySet().stream())
                    .filter(partition -> topics.contains(partition.topic()))
                    .forEach(partition ->
                            done.computeIfAbsent(partition, p -> RecordsToDelete.beforeOffset(lowest(commits, p))));
            admin.deleteRecords(done).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot trim " + topics, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static long lowest(Map<String, Map<TopicPartition, Long>> commits, TopicPartition partition) {
        return commits.entrySet().stream()
                .filter(group -> group.getKey().endsWith("." + partition.topic()))
                .mapToLong(group -> group.getValue().getOrDefault(partition, 0L))
                .min()
                .orElse(0);
    }

    @Override
    public void close() {
        broker.close();
    }
}
