package io.sluice.bench;

import io.sluice.bench.child.BareConsumer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@link BareConsumer}: the limit. */
final class BareContender implements Contender {
    private final String name;
    private final Child consumer;
    private final List<Usage> processes;

    BareContender(Stage stage, String topic) {
        this(stage, topic, "bare");
    }

    /** @param how {@code latency}, or nothing */
    BareContender(Stage stage, String topic, String name, String... how) {
        this.name = name;
        consumer = Child.java(
                BareConsumer.class,
                List.of("-Xmx256m", "-XX:+UseParallelGC"),
                stage.folder(topic).resolve(name + ".log"),
                Stream.concat(Stream.of(stage.bootstrapServers(), topic, name + "." + topic), Stream.of(how))
                        .toArray(String[]::new));
        processes = List.of(Usage.ofJvm("consumer", consumer.pid()));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Usage> processes() {
        return processes;
    }

    @Override
    public double round(long records) {
        return consumer.round(records);
    }

    @Override
    public Map<String, String> notes() {
        return consumer.notes();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
