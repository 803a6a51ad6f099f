package io.sluice.devkit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What rows share that run one after the other: the folder of the report, the word to the user, a broker. Used by one thread. */
final class Lab implements AutoCloseable {
    private final Path folder;
    private final Consumer<String> progress;
    private @Nullable SoloCluster shared;

    /**
     * @param folder of the report; every run gets one below it
     * @param progress where a line goes when something happens
     */
    Lab(Path folder, Consumer<String> progress) {
        this.folder = folder;
        this.progress = progress;
    }

    Path folder() {
        return folder;
    }

    /** An empty folder for a run; what an earlier report left there is removed. */
    Path fresh(String row) {
        Path run = folder.resolve(row);
        try {
            delete(run);
            return Files.createDirectories(run);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + run, e);
        }
    }

    /** Deletes the oracle's logs of a run, which are large; the picture and what the processes said stay. */
    void forget(String row) {
        try {
            delete(folder.resolve(row).resolve(Rig.LOGS));
        } catch (IOException e) {
            say("left behind the logs of " + row + ": " + e.getMessage());
        }
    }

    private static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> files = Files.walk(tree)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    void say(String line) {
        progress.accept(line);
    }

    /** The broker of all rows that do no harm to it, started for the first that asks. */
    SoloCluster shared() {
        SoloCluster cluster = shared;
        if (cluster == null) {
            cluster = SoloCluster.start(Map.of());
            shared = cluster;
        }
        return cluster;
    }

    @Override
    public void close() {
        SoloCluster cluster = shared;
        if (cluster != null) {
            cluster.close();
            shared = null;
        }
    }
}
