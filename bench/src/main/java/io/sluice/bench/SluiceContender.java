package io.sluice.bench;

import io.sluice.bench.child.NoopProcessor;
import io.sluice.devkit.kafka.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A gateway, and a processor that acknowledges everything. */
final class SluiceContender {
    private SluiceContender() {}

    /**
     * Starts both. The gateway's process is the first of the contender.
     *
     * @param how more arguments for {@link NoopProcessor}, after its port
     */
    static Contender start(Stage stage, List<String> topics, GatewaySetup setup, String... how) {
        Path folder = stage.folder(topics.get(0) + "/" + setup.name());
        int port = Ports.free();
        List<String> args = new ArrayList<>(List.of(Integer.toString(port)));
        args.addAll(List.of(how));
        Child processor = Child.java(
                NoopProcessor.class, Child.SMALL_JVM, folder.resolve("processor.log"), args.toArray(String[]::new));
        Gateway gateway = Gateway.start(stage, folder, setup, topics, List.of(port));
        List<Usage> processes = List.of(gateway.usage(), Usage.ofJvm("processor", processor.pid()));
        return new StartedContender(setup.name(), processor, processes, gateway::close);
    }

    /** For one pipeline that reads one topic. */
    static Comparison.Entry of(GatewaySetup setup) {
        return (stage, topic) -> start(stage, List.of(topic), setup);
    }
}
