package io.sluice.bench;

import io.sluice.devkit.process.Home;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The Python programs of {@code bench/python}, with an interpreter that has their packages.
 *
 * @param interpreter of their virtual environment
 * @param folder of the programs
 */
record PythonTools(Path interpreter, Path folder) {
    private static final String WHAT = "Python contenders";
    private static final long PATIENCE_MINUTES = 10;

    /** Makes the environment if there is none; says so, and what is left out, if Python or a package cannot be had. */
    static Optional<PythonTools> prepare(Bench bench) {
        Optional<Path> folder = Home.find()
                .map(home -> home.resolve("bench/python"))
                .filter(python -> Files.exists(python.resolve("prepare.sh")));
        if (folder.isEmpty()) {
            bench.skip(WHAT, "no bench/python here: run the bench from a checkout");
            return Optional.empty();
        }
        Path log = bench.stage().folder("python").resolve("prepare.log");
        bench.stage().tell("preparing Python; on first use packages are fetched, log: " + log);
        try {
            Path interpreter = Path.of(run(folder.get().resolve("prepare.sh"), log));
            return Optional.of(new PythonTools(interpreter, folder.get()));
        } catch (IOException e) {
            bench.skip(
                    WHAT,
                    "python3 with venv and the packages of bench/python/requirements.txt cannot be had: "
                            + e.getMessage());
            return Optional.empty();
        }
    }

    private static String run(Path script, Path log) throws IOException {
        Process process = new ProcessBuilder("sh", script.toString())
                .redirectError(log.toFile())
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String last = said.readLine();
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0 || last == null) {
                throw new IOException("prepare.sh failed, see " + log);
            }
            return last;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts one of the programs. */
    Child start(String program, Path log, List<String> args) {
        List<String> command = new ArrayList<>(
                List.of(interpreter.toString(), folder.resolve(program).toString()));
        command.addAll(args);
        return Child.start(program, command, log);
    }
}
