package io.sluice.bench;

import io.sluice.bench.child.BareConsumer;
import java.util.List;

/** {@link BareConsumer}: the limit. */
final class BareContender implements Contender {
    private final Child consumer;
    private final List<Usage> processes;

    BareContender(Stage stage, String topic) {
        consumer = Child.java(
                BareConsumer.class,
                List.of("-Xmx256m", "-XX:+UseParallelGC"),
                stage.folder(topic).resolve("bare.log"),
                stage.bootstrapServers(),
                topic,
                "bare." + topic);
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
    public void close() {
        consumer.close();
    }
}
