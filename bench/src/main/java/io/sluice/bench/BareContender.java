package io.sluice.bench;

import io.sluice.bench.child.BareConsumer;
import java.util.List;
import java.util.stream.Stream;

/** {@link BareConsumer}: the limit. */
final class BareContender {
    private BareContender() {}

    /** As {@code bare}. */
    static Contender start(Stage stage, String topic) {
        return start(stage, topic, "bare");
    }

    /**
     * Starts one.
     *
     * @param how {@code latency}, or nothing
     */
    static Contender start(Stage stage, String topic, String name, String... how) {
        Child consumer = Child.java(
                BareConsumer.class,
                Child.SMALL_JVM,
                stage.folder(topic).resolve(name + ".log"),
                Stream.concat(Stream.of(stage.bootstrapServers(), topic, name + "." + topic), Stream.of(how))
                        .toArray(String[]::new));
        return new StartedContender(name, consumer, List.of(Usage.ofJvm("consumer", consumer.pid())));
    }
}
