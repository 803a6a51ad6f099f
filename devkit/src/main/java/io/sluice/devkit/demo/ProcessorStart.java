package io.sluice.devkit.demo;

import io.sluice.devkit.process.ChildProcess;
import io.sluice.devkit.process.Home;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Starts the sample processor as a child process. */
final class ProcessorStart {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String PORT_FILE = "processor.port";

    private final DemoOptions options;
    private final Path folder;
    private final Path journal;

    ProcessorStart(DemoOptions options, Path folder, Path journal) {
        this.options = options;
        this.folder = folder;
        this.journal = journal;
    }

    /** Starts it; {@code out} gets word of what takes long. */
    ChildProcess start(PrintStream out) {
        return options.processor() == DemoOptions.Language.JAVA ? java() : python(out);
    }

    /** Waits until the processor listens and returns its port. */
    int awaitPort(ChildProcess processor) {
        Path file = folder.resolve(PORT_FILE);
        processor.awaitCondition("port in " + file, PATIENCE, () -> !read(file).isBlank());
        return Integer.parseInt(read(file).strip());
    }

    private ChildProcess java() {
        return ChildProcess.java("io.sluice.sample.QuakeTriage")
                .name("processor")
                .classPath(Home.classPath("processors-sample/java", "sluice-sample-java"))
                .flags("-Xmx256m")
                .args(arguments().toArray(String[]::new))
                .start(log());
    }

    private ChildProcess python(PrintStream out) {
        List<String> command = new ArrayList<>(new PythonSample(folder.resolve("pip.log")).command(out));
        command.addAll(arguments());
        return ChildProcess.start("processor", command, log());
    }

    private List<String> arguments() {
        return List.of(
                "--port",
                "0",
                "--port-file",
                folder.resolve(PORT_FILE).toString(),
                "--journal",
                journal.toString(),
                "--fail",
                Double.toString(options.fail()));
    }

    private Path log() {
        return folder.resolve("processor.log");
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
