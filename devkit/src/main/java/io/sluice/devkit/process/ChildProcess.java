package io.sluice.devkit.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A child process whose output goes to a file.
 *
 * <p>Children still alive when this JVM ends are killed. May be called from any thread.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Set<ChildProcess> LIVE = ConcurrentHashMap.newKeySet();
    private static final int TAIL_BYTES = 64 * 1024;
    private static final int POLL_MS = 20;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> LIVE.forEach(ChildProcess::kill), "end-children"));
    }

    private final String name;
    private final Process process;
    private final Path output;

    private ChildProcess(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    /** Describes a child JVM that runs {@code mainClass} with the class path of this one. */
    public static ChildJvm java(String mainClass) {
        return new ChildJvm(mainClass);
    }

    /**
     * Starts a program.
     *
     * @param name what messages call it
     * @param output file that gets standard output and standard error, appended
     * @throws UncheckedIOException if the program cannot be started
     */
    public static ChildProcess start(String name, List<String> command, Path output) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        try {
            ChildProcess child = new ChildProcess(name, builder.start(), output);
            LIVE.add(child);
            var unused = child.process.onExit().thenRun(() -> LIVE.remove(child));
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /** What messages call it. */
    public String name() {
        return name;
    }

    /** Process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it has not ended. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** File with its standard output and standard error. */
    public Path output() {
        return output;
    }

    /** Asks it to end (SIGTERM). */
    public void terminate() {
        process.destroy();
    }

    /** Ends it at once (SIGKILL). */
    public void kill() {
        process.destroyForcibly();
    }

    /** Stops it from running (SIGSTOP); sockets stay open. */
    public void pause() {
        signal("STOP");
    }

    /** Lets it go on (SIGCONT). */
    public void resume() {
        signal("CONT");
    }

    /**
     * Waits for the end.
     *
     * @return exit code; 128 + signal if a signal ended it
     * @throws IllegalStateException if it still runs after {@code timeout}; it goes on running
     */
    public int exitCode(Duration timeout) {
        if (!ended(timeout.toMillis())) {
            throw new IllegalStateException(
                    name + " still runs after " + timeout.toSeconds() + " s; its last output:\n" + tail(20));
        }
        return process.exitValue();
    }

    /** Waits for the end for at most {@code timeout}; whether it has come. */
    public boolean endsWithin(Duration timeout) {
        return ended(timeout.toMillis());
    }

    /**
     * Waits until {@code condition} holds.
     *
     * @throws IllegalStateException if the child ends first or the time is over; with the last lines of output
     */
    public void awaitCondition(String what, Duration timeout, BooleanSupplier condition) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (ended(POLL_MS) && !condition.getAsBoolean()) {
                throw new IllegalStateException(name + " ended with exit code " + process.exitValue() + " before "
                        + what + "; its last output:\n" + tail(20));
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new IllegalStateException(
                        name + ": no " + what + " within " + timeout.toSeconds() + " s; its last output:\n" + tail(20));
            }
        }
    }

    /** Waits for a line of output that contains {@code text} and returns the first one. Looks at the last 64 KiB only. */
    public String awaitLine(String text, Duration timeout) {
        return awaitLine("line with '" + text + "'", timeout, line -> line.contains(text));
    }

    /** Waits for a line of output for which {@code wanted} holds and returns the first one. Looks at the last 64 KiB only. */
    public String awaitLine(String what, Duration timeout, Predicate<String> wanted) {
        String[] found = new String[1];
        awaitCondition(what, timeout, () -> {
            found[0] =
                    tail(Integer.MAX_VALUE).lines().filter(wanted).findFirst().orElse(null);
            return found[0] != null;
        });
        return found[0];
    }

    /** The last lines of output, of the last 64 KiB. */
    public String tail(int lines) {
        try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            List<String> all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "(no output: " + e.getMessage() + ")";
        }
    }

    /** Resident memory in bytes, from {@code /proc}; -1 if it cannot be told. */
    public long rssBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToLong(kib -> Long.parseLong(kib) * 1024)
                    .findFirst()
                    .orElse(-1);
        } catch (IOException | UncheckedIOException e) {
            return -1;
        }
    }

    /** Asks it to end, kills it after 10 s. */
    @Override
    public void close() {
        stop(Duration.ofSeconds(10));
    }

    /** Asks it to end, kills it if it takes longer than {@code patience}. Returns once it is gone. */
    public void stop(Duration patience) {
        terminate();
        if (!ended(patience.toMillis())) {
            kill();
            ended(TimeUnit.SECONDS.toMillis(10));
        }
    }

    private boolean ended(long millis) {
        try {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        }
    }

    private void signal(String signal) {
        try {
            int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("cannot send SIG" + signal + " to " + name + ": is it alive?");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run kill", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while signalling " + name, e);
        }
    }
}
