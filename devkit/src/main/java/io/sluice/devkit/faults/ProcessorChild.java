package io.sluice.devkit.faults;

import io.sluice.devkit.kafka.Ports;
import io.sluice.devkit.process.ChildProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A processor of the run, at one port for all its lives. Each life has a log of its own. */
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
        rig().progress().follow(rig().logs().resolve(identity() + ".jsonl"));
        List<String> all = new ArrayList<>(List.of(
                "--name",
                identity(),
                "--port",
                Integer.toString(port),
                "--logs",
                rig().logs().toString(),
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
    String sort() {
        return "processor";
    }

    @Override
    String identity() {
        return name() + "-" + lives();
    }

    @Override
    void awaitReady(ChildProcess started) {
        started.awaitLine("listening on " + port, PATIENCE);
    }
}
