package io.sluice.devkit.faults;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What rows share that run one after the other: the folder of the report, the word to the user, a broker. Used by one thread. */
final class Lab implements AutoCloseable {
    private final Path folder;
    private final PrintStream progress;
    private @Nullable SoloCluster shared;

    /**
     * @param folder of the report; every run gets one below it
     * @param progress where a line goes when something happens
     */
    Lab(Path folder, PrintStream progress) {
        this.folder = folder;
        this.progress = progress;
    }

    Path folder() {
        return folder;
    }

    void say(String line) {
        progress.println(line);
        progress.flush();
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
