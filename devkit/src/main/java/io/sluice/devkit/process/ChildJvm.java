package io.sluice.devkit.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Describes a child JVM; {@link #start} starts it. Not thread-safe. */
public final class ChildJvm {
    private final String mainClass;
    private final List<String> flags = new ArrayList<>();
    private final List<String> args = new ArrayList<>();
    private final List<String> wrapper = new ArrayList<>();
    private String name;
    private String classPath = System.getProperty("java.class.path");

    ChildJvm(String mainClass) {
        this.mainClass = mainClass;
        this.name = mainClass.substring(mainClass.lastIndexOf('.') + 1);
        // Explicit, because on small machines the JVM picks the serial collector without a word.
        flags.add("-XX:+UseParallelGC");
        if (Runtime.version().feature() >= 24) {
            flags.add("--sun-misc-unsafe-memory-access=allow");
            flags.add("--enable-native-access=ALL-UNNAMED");
        }
    }

    /** What messages call it; by default the simple name of the main class. */
    public ChildJvm name(String value) {
        name = value;
        return this;
    }

    /** Adds JVM flags such as {@code -Xmx256m}; a collector among them replaces the parallel one. */
    public ChildJvm flags(String... values) {
        if (List.of(values).stream().anyMatch(flag -> flag.startsWith("-XX:+Use") && flag.endsWith("GC"))) {
            flags.remove("-XX:+UseParallelGC");
        }
        flags.addAll(List.of(values));
        return this;
    }

    /** Adds arguments for the main class. */
    public ChildJvm args(String... values) {
        args.addAll(List.of(values));
        return this;
    }

    /** Runs the JVM by another program, such as {@code faketime -f +1h}; it must not fork. */
    public ChildJvm by(List<String> program) {
        wrapper.addAll(program);
        return this;
    }

    /** Replaces the class path, by default the one of this JVM. */
    public ChildJvm classPath(String value) {
        classPath = value;
        return this;
    }

    /** Starts it; standard output and standard error are appended to {@code output}. */
    public ChildProcess start(Path output) {
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-cp");
        command.add(classPath);
        command.add(mainClass);
        command.addAll(args);
        return ChildProcess.start(name, command, output);
    }
}
