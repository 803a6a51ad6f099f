package io.sluice.devkit.demo;

import io.sluice.devkit.process.ChildProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The Python sample and its virtual environment, made on first use inside the sample's folder. */
final class PythonSample {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String REQUIREMENTS = "requirements.txt";

    private final Path log;

    PythonSample(Path log) {
        this.log = log;
    }

    /**
     * The command that starts the sample, without its arguments.
     *
     * @throws DemoException 69 if Python or a package cannot be had
     */
    List<String> command(PrintStream out) {
        Path sample = Home.find()
                .map(home -> home.resolve("processors-sample/python"))
                .filter(Files::isDirectory)
                .orElseThrow(() -> new DemoException(
                        DemoException.UNAVAILABLE, "no processors-sample/python: run the demo from a checkout"));
        Path python = sample.resolve(".venv/bin/python");
        if (!isReady(sample)) {
            out.println("Making the Python sample's environment (first use, needs python3 and its packages) ...");
            run(
                    "python3 with venv",
                    List.of("python3", "-m", "venv", sample.resolve(".venv").toString()));
            run(
                    "Python packages of " + REQUIREMENTS,
                    List.of(
                            python.toString(),
                            "-m",
                            "pip",
                            "install",
                            "-q",
                            "-r",
                            sample.resolve(REQUIREMENTS).toString()));
            markReady(sample);
        }
        return List.of("env", "PYTHONPATH=" + sample, python.toString(), "-m", "quake_triage");
    }

    private void run(String what, List<String> command) {
        int exit;
        String tail;
        try (ChildProcess child = ChildProcess.start(what, command, log)) {
            exit = child.exitCode(PATIENCE);
            tail = child.tail(5);
        } catch (UncheckedIOException | IllegalStateException e) {
            throw new DemoException(DemoException.UNAVAILABLE, what + " cannot be had: " + e.getMessage());
        }
        if (exit != 0) {
            throw new DemoException(
                    DemoException.UNAVAILABLE,
                    what + " cannot be had (exit code " + exit + "); try --processor java\n" + tail);
        }
    }

    /** The marker holds the requirements it was made for: changed ones are installed anew. */
    private static boolean isReady(Path sample) {
        try {
            Path marker = marker(sample);
            return Files.exists(marker) && Files.mismatch(marker, sample.resolve(REQUIREMENTS)) == -1;
        } catch (IOException e) {
            return false;
        }
    }

    private static void markReady(Path sample) {
        try {
            Files.copy(sample.resolve(REQUIREMENTS), marker(sample), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + marker(sample), e);
        }
    }

    private static Path marker(Path sample) {
        return sample.resolve(".venv/sluice-demo-requirements");
    }
}
