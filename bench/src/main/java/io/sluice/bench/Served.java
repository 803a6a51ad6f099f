package io.sluice.bench;

import io.sluice.bench.child.UnaryServer;
import io.sluice.devkit.kafka.Ports;
import io.sluice.devkit.process.Home;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A consumer process that calls {@link UnaryServer}. */
final class Served implements Contender {
    private static final List<String> FLAGS = List.of("-Xmx256m", "-XX:+UseParallelGC");

    private final String name;
    private final Child server;
    private final Child consumer;
    private final List<Usage> processes;

    /** @param more arguments after servers, topic, group and the service's port */
    Served(Stage stage, String topic, String name, Class<?> main, String... more) {
        this.name = name;
        Path folder = stage.folder(topic + "/" + name);
        int port = Ports.free();
        server = Child.java(UnaryServer.class, FLAGS, folder.resolve("server.log"), Integer.toString(port));
        List<String> args =
                new ArrayList<>(List.of(stage.bootstrapServers(), topic, name + "." + topic, Integer.toString(port)));
        args.addAll(List.of(more));
        // With the Kafka client that Parallel Consumer is built with; the others' too, it is the same to them.
        String classPath = Home.classPath("bench/children", "sluice-bench-children");
        consumer = Child.java(classPath, main, FLAGS, folder.resolve("consumer.log"), args.toArray(String[]::new));
        processes = List.of(Usage.ofJvm("consumer", consumer.pid()), Usage.ofJvm("processor", server.pid()));
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
    public void close() {
        consumer.close();
        server.close();
    }
}
