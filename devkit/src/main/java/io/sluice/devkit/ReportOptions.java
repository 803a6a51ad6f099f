package io.sluice.devkit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that leave a report: where, and what else is printed. A mixin; for one thread. */
public final class ReportOptions {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "folder of the report: index.html, pictures, results, logs (default: a new one under the temp folder)")
    private @Nullable Path out;

    @Option(
            names = "--json",
            description = "end with one JSON object on standard output; everything else goes to standard error")
    private boolean json;

    /** Whether a JSON object is wanted, and all else on standard error. */
    public boolean json() {
        return json;
    }

    /** Where text for people goes. */
    public PrintStream text() {
        return json ? System.err : System.out;
    }

    /** The folder of the report, made if it is not there; a new one, whose name begins with {@code prefix}, if none was named. */
    public Path folder(String prefix) throws IOException {
        Path named = out;
        return named != null ? Files.createDirectories(named) : Files.createTempDirectory(prefix);
    }
}
