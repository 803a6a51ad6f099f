package io.sluice.devkit.demo;

import io.sluice.devkit.kafka.EmbeddedKafka;
import io.sluice.devkit.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a run has started and must end: children, broker, temp folder.
 *
 * <p>{@code close} may come from the main thread and from a shutdown hook at once; the second caller waits and does nothing.
 */
final class Stage implements AutoCloseable {
    private final Path folder;
    private final boolean keepFolder;
    private final List<ChildProcess> children = new ArrayList<>(); // guarded by this
    private @Nullable EmbeddedKafka kafka; // guarded by this
    private boolean closed; // guarded by this

    Stage(boolean keepFolder) {
        this.keepFolder = keepFolder;
        try {
            folder = Files.createTempDirectory("sluice-demo-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temp folder", e);
        }
    }

    /** Logs, config and journal of the run. */
    Path folder() {
        return folder;
    }

    synchronized ChildProcess add(ChildProcess child) {
        if (closed) {
            child.kill();
            throw new IllegalStateException("the demo is ending");
        }
        children.add(child);
        return child;
    }

    synchronized EmbeddedKafka add(EmbeddedKafka broker) {
        if (closed) {
            broker.close();
            throw new IllegalStateException("the demo is ending");
        }
        kafka = broker;
        return broker;
    }

    synchronized @Nullable EmbeddedKafka kafka() {
        return kafka;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        children.forEach(ChildProcess::kill);
        children.forEach(child -> child.exitCode(Duration.ofSeconds(10)));
        EmbeddedKafka broker = kafka;
        if (broker != null) {
            broker.close();
        }
        if (!keepFolder) {
            delete();
        }
    }

    private void delete() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("left behind " + folder, e);
        }
    }
}
