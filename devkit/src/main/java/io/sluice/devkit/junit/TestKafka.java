package io.sluice.devkit.junit;

import io.sluice.devkit.kafka.KafkaBroker;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The broker of this test JVM, shared by all tests: use names from here. Thread-safe. */
public final class TestKafka implements AutoCloseable {
    private final KafkaBroker broker;
    private final AtomicLong names = new AtomicLong();

    TestKafka(KafkaBroker broker) {
        this.broker = broker;
    }

    /** The broker. Tests do not close or stop it. */
    public KafkaBroker broker() {
        return broker;
    }

    /** Value of {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** A name no other test of this JVM gets, for topics, groups and client ids. */
    public String name(String prefix) {
        return prefix + "-" + names.incrementAndGet();
    }

    /** Makes a topic of a name no other test gets and returns the name. */
    public String topic(String prefix, int partitions) {
        return topic(prefix, partitions, Map.of());
    }

    /** Makes a topic of a name no other test gets, with topic settings, and returns the name. */
    public String topic(String prefix, int partitions, Map<String, String> configs) {
        String name = name(prefix);
        broker.createTopic(name, partitions, configs);
        return name;
    }

    @Override
    public void close() {
        broker.close();
    }
}
