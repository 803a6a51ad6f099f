package io.sluice.devkit.demo;

import io.sluice.devkit.process.ChildProcess;
import io.sluice.devkit.process.Home;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The Python sample. Its {@code run.sh} makes a virtual environment and the stubs on first use. */
final class PythonSample {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Path log;

    /**
     * @param log file for what the preparation says
     */
    PythonSample(Path log) {
        this.log = log;
    }

    /**
     * The command that starts the sample, without its arguments. Makes the environment if there is none.
     *
     * @throws DemoException 69 if Python or a package cannot be had
     */
    List<String> command(PrintStream out) {
        Path sample = Home.find()
                .map(home -> home.resolve("processors-sample/python"))
                .filter(folder -> Files.exists(folder.resolve("run.sh")))
                .orElseThrow(() -> unavailable("no processors-sample/python here: run the demo from a checkout"));
        if (!Files.exists(sample.resolve(".venv"))) {
            out.println("Making the Python sample's environment (first use, python3 and its packages are needed) ...");
        }
        List<String> command = List.of("sh", sample.resolve("run.sh").toString());
        prepare(List.of("sh", sample.resolve("run.sh").toString(), "--help"));
        return command;
    }

    private void prepare(List<String> command) {
        try (ChildProcess child = ChildProcess.start("python", command, log)) {
            int exit = child.exitCode(PATIENCE);
            if (exit != 0) {
                throw unavailable("exit code " + exit + "\n" + child.tail(10));
            }
        } catch (UncheckedIOException | IllegalStateException e) {
            throw unavailable(String.valueOf(e.getMessage()));
        }
    }

    private static DemoException unavailable(String why) {
        return new DemoException(
                DemoException.UNAVAILABLE,
                "PYTHON IS NOT AVAILABLE: python3 with venv and the sample's packages cannot be had; --processor java needs neither\n"
                        + why);
    }
}
