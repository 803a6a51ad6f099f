package io.sluice.bench;

import io.sluice.bench.child.UnaryServer;
import io.sluice.devkit.kafka.Ports;
import io.sluice.devkit.process.Home;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A consumer process that calls {@link UnaryServer}. */
final class Served {
    private Served() {}

    /**
     * Starts both.
     *
     * @param more arguments after servers, topic, group and the service's port
     */
    static Contender start(Stage stage, String topic, String name, Class<?> main, String... more) {
        Path folder = stage.folder(topic + "/" + name);
        int port = Ports.free();
        Child server =
                Child.java(UnaryServer.class, Child.SMALL_JVM, folder.resolve("server.log"), Integer.toString(port));
        List<String> args =
                new ArrayList<>(List.of(stage.bootstrapServers(), topic, name + "." + topic, Integer.toString(port)));
        args.addAll(List.of(more));
        // With the Kafka client that Parallel Consumer is built with; the others' too, it is the same to them.
        String classPath = Home.classPath("bench/children", "sluice-bench-children");
        Child consumer = Child.java(
                classPath, main, Child.SMALL_JVM, folder.resolve("consumer.log"), args.toArray(String[]::new));
        List<Usage> processes =
                List.of(Usage.ofJvm("consumer", consumer.pid()), Usage.ofJvm("processor", server.pid()));
        return new StartedContender(name, consumer, processes, server::close);
    }
}
