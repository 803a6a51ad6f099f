package io.sluice.devkit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives a process only a part of one CPU, until it is closed. By a control group where one can be made; else by stopping and continuing
 * the process ten times a second, which also stops its heartbeats for 90 ms at a time.
 */
final class CpuQuota implements AutoCloseable {
    private static final int PERIOD_US = 100_000;
    private static final Path V1 = Path.of("/sys/fs/cgroup/cpu");
    private static final Path V2 = Path.of("/sys/fs/cgroup");

    private final long pid;
    private final @Nullable Path group;
    private final @Nullable Thread stopper;

    private CpuQuota(long pid, @Nullable Path group, int percent) {
        this.pid = pid;
        this.group = group;
        if (group == null) {
            stopper = new Thread(() -> stopAndGo(percent), "cpu-quota");
            stopper.setDaemon(true);
            stopper.start();
        } else {
            stopper = null;
        }
    }

    /** @param percent of one CPU, 1 to 99 */
    static CpuQuota of(long pid, int percent) {
        return new CpuQuota(pid, group(pid, percent), percent);
    }

    /** How it is done, for the report. */
    String means() {
        return group == null ? "SIGSTOP and SIGCONT" : "control group";
    }

    private static @Nullable Path group(long pid, int percent) {
        int quota = PERIOD_US * percent / 100;
        Path name = Path.of("sluice-" + pid);
        try {
            if (Files.exists(V1.resolve("cpu.cfs_quota_us"))) {
                Path made = Files.createDirectory(V1.resolve(name));
                Files.writeString(made.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_US));
                Files.writeString(made.resolve("cpu.cfs_quota_us"), Integer.toString(quota));
                Files.writeString(made.resolve("cgroup.procs"), Long.toString(pid));
                return made;
            }
            Path made = Files.createDirectory(V2.resolve(name));
            Files.writeString(made.resolve("cpu.max"), quota + " " + PERIOD_US);
            Files.writeString(made.resolve("cgroup.procs"), Long.toString(pid));
            return made;
        } catch (IOException notAllowedHere) {
            return null;
        }
    }

    private void stopAndGo(int percent) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                signal("STOP");
                Thread.currentThread().join(100 - percent);
                signal("CONT");
                Thread.currentThread().join(percent);
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private void signal(String name) {
        try {
            new ProcessBuilder(List.of("kill", "-" + name, Long.toString(pid)))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run kill", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        Thread running = stopper;
        if (running != null) {
            running.interrupt();
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            signal("CONT");
        }
        Path made = group;
        if (made != null) {
            try {
                Path root = made.getParent();
                if (root != null) {
                    Files.writeString(root.resolve("cgroup.procs"), Long.toString(pid));
                }
                Files.delete(made);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot remove " + made, e);
            }
        }
    }
}
