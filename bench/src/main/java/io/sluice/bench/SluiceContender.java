package io.sluice.bench;

import io.sluice.bench.child.NoopProcessor;
import io.sluice.devkit.kafka.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A gateway, and a processor that acknowledges everything. */
final class SluiceContender implements Contender {
    private final String name;
    private final Child processor;
    private final Gateway gateway;
    private final List<Usage> processes;

    /** @param how more arguments for {@link NoopProcessor}, after its port */
    SluiceContender(Stage stage, List<String> topics, GatewaySetup setup, String... how) {
        name = setup.name();
        Path folder = stage.folder(topics.get(0) + "/" + name);
        int port = Ports.free();
        List<String> args = new ArrayList<>(List.of(Integer.toString(port)));
        args.addAll(List.of(how));
        processor = Child.java(
                NoopProcessor.class,
                List.of("-Xmx256m", "-XX:+UseParallelGC"),
                folder.resolve("processor.log"),
                args.toArray(String[]::new));
        gateway = Gateway.start(stage, folder, setup, topics, List.of(port));
        processes = List.of(gateway.usage(), Usage.ofJvm("processor", processor.pid()));
    }

    /** For one pipeline that reads one topic. */
    static Comparison.Entry of(GatewaySetup setup) {
        return (stage, topic) -> new SluiceContender(stage, List.of(topic), setup);
    }

    Gateway gateway() {
        return gateway;
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
        return processor.round(records);
    }

    @Override
    public Map<String, String> notes() {
        return processor.notes();
    }

    @Override
    public void close() {
        processor.close();
        gateway.close();
    }
}
