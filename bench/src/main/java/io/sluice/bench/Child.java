package io.sluice.bench;

import io.sluice.devkit.process.Home;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The far end of {@link io.sluice.bench.child}: a process that is told when a round begins and says when it is over. For one thread. */
final class Child implements AutoCloseable {
    /** Flags of a JVM that does little: small, with the collector that costs it least. */
    static final List<String> SMALL_JVM = List.of("-Xmx256m", "-XX:+UseParallelGC");

    private static final int PATIENCE_S = 120;

    private final String name;
    private final Process process;
    private final BufferedReader said;
    private final BufferedWriter told;
    private final Map<String, String> notes = new ConcurrentHashMap<>();
    private boolean stopped;
    private boolean stops;

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        this.said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        this.told = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII));
    }

    /** Starts one of these processes with this module's class path and waits until it is ready. */
    static Child java(Class<?> main, List<String> flags, Path log, String... args) {
        return java(Home.classPath("bench", "sluice-bench"), main, flags, log, args);
    }

    /** Starts one of these processes and waits until it is ready. */
    static Child java(String classPath, Class<?> main, List<String> flags, Path log, String... args) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(args));
        return start(main.getSimpleName(), command, log);
    }

    /** Starts a program and waits until it is ready; what it says on standard error goes to {@code log}. */
    static Child start(String name, List<String> command, Path log) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            Child child = new Child(name, process);
            try {
                child.await("ready");
            } catch (IllegalStateException e) {
                // It must not go on beside what is measured.
                process.destroyForcibly();
                throw e;
            }
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** From now on none of its threads runs between rounds (SIGSTOP); its sockets stay open. */
    void stopBetweenRounds() {
        stops = true;
        stop();
    }

    private void stop() {
        signal("STOP");
        stopped = true;
    }

    private void goOn() {
        if (stopped) {
            signal("CONT");
            stopped = false;
        }
    }

    private void signal(String signal) {
        try {
            int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("cannot send SIG" + signal + " to " + name + ": has it ended?");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run kill: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Lets it handle {@code records} records and returns how long it took, in seconds. */
    double round(long records) {
        notes.clear();
        goOn();
        try {
            told.write("go " + records + "\n");
            told.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " does not listen", e);
        }
        double seconds = Long.parseLong(await("done").trim()) / 1e9;
        if (stops) {
            stop();
        }
        return seconds;
    }

    /** What it said about the last round. */
    Map<String, String> notes() {
        return Map.copyOf(notes);
    }

    /** A process that hangs, or one that it depends on, must not hold up the run for ever. */
    private String await(String word) {
        try {
            return CompletableFuture.supplyAsync(() -> listen(word)).get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(name + " was not '" + word + "' within " + PATIENCE_S + " s", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(name + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private String listen(String word) {
        try {
            String line;
            while ((line = said.readLine()) != null) {
                if (line.startsWith(word)) {
                    return line.substring(word.length());
                }
                if (line.startsWith("note ")) {
                    String[] words = line.split(" ", 3);
                    notes.put(words[1], words[2]);
                }
            }
            throw new IllegalStateException(name + " ended before it was " + word);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be heard", e);
        }
    }

    @Override
    public void close() {
        try {
            if (process.isAlive()) {
                goOn();
            }
            told.close();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException ended) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
