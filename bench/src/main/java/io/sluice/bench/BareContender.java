package io.sluice.bench;

import io.sluice.bench.child.BareConsumer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@link BareConsumer}: the limit. */
final class BareContender implements Contender {
    private final Child consumer;
    private final List<Usage> processes;

    /** @param how {@code latency}, or nothing */
    BareContender(Stage stage, String topic, String... how) {
        consumer = Child.java(
                BareConsumer.class,
                List.of("-Xmx256m", "-XX:+UseParallelGC"),
                stage.folder(topic).resolve("bare.log"),
                Stream.concat(Stream.of(stage.bootstrapServers(), topic, "bare." + topic), Stream.of(how))
                        .toArray(String[]::new));
        processes = List.of(Usage.ofJvm("consumer", consumer.pid()));
    }

    @Override
    public String name() {
        return "bare";
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
