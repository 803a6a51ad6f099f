package io.sluice.devkit.faults;

import io.sluice.devkit.kafka.Ports;
import io.sluice.devkit.process.ChildProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A processor of the run, at one port for all its lives, with a journal of its own that all its lives append to. */
final class ProcessorChild extends Child {
    private final int port = Ports.free();
    private final List<String> args = new ArrayList<>();
    private @Nullable List<String> command;
    private String target = "static://127.0.0.1:" + port;

    ProcessorChild(Rig rig, String name) {
        super(rig, name);
    }

    /** Replaces the arguments that say how it behaves, for lives to come; {@link TestProcessor} says which there are. */
    ProcessorChild behaviour(String... values) {
        args.clear();
        args.addAll(List.of(values));
        return this;
    }

    /** Runs another program, in another language: it gets the same arguments and must behave the same. */
    ProcessorChild program(List<String> otherCommand) {
        command = List.copyOf(otherCommand);
        return this;
    }

    /** Makes gateways dial another address, such as a proxy's; before they are started. */
    ProcessorChild reachedBy(String otherTarget) {
        target = otherTarget;
        return this;
    }

    int port() {
        return port;
    }

    String target() {
        return target;
    }

    @Override
    ChildProcess launch(int life, Path output) {
        List<String> all = new ArrayList<>(List.of(
                "--name",
                name(),
                "--port",
                Integer.toString(port),
                "--journal",
                rig().journal(name()).toString(),
                "--seed",
                Long.toString(rig().seed())));
        all.addAll(args);
        if (command != null) {
            List<String> line = new ArrayList<>(command);
            line.addAll(all);
            return ChildProcess.start(name(), line, output);
        }
        return ChildProcess.java(TestProcessor.class.getName())
                .name(name())
                .flags("-Xmx128m", QUICK)
                .args(all.toArray(String[]::new))
                .start(output);
    }

    @Override
    void awaitReady(ChildProcess started) {
        String life = "listening, life " + lives();
        started.awaitLine(
                life, PATIENCE, line -> line.contains("listening on " + port) && line.contains("pid " + started.pid()));
    }
}
