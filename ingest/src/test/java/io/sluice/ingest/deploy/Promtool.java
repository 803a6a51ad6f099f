package io.sluice.ingest.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs Prometheus' own tools, from the PATH. */
final class Promtool {
    /** What a run printed, on either stream, and how it ended. */
    record Result(int exit, String output) {}

    private Promtool() {}

    /** Says loudly that a check is left out when the tool is not there; fails when {@code SLUICE_REQUIRE_PROMTOOL} is set. */
    static void require(String tool) {
        boolean there = onPath(tool);
        if (!there) {
            System.err.println(
                    "*** LEFT OUT: " + tool + " is not on the PATH; alerts and metrics are not checked by it."
                            + " It comes with the package 'prometheus'. ***");
            if (System.getenv("SLUICE_REQUIRE_PROMTOOL") != null) {
                throw new AssertionError(tool + " is required here and is not on the PATH");
            }
        }
        Assumptions.assumeTrue(there, tool + " is not on the PATH");
    }

    /** Runs {@code promtool} in a directory, with text on its input. */
    static Result run(Path directory, String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Path stdin = Files.createTempFile("promtool", ".in");
        try {
            Files.writeString(stdin, input);
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectInput(stdin.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output;
            try (InputStream out = process.getInputStream()) {
                output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            }
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("promtool does not end: " + command);
            }
            return new Result(process.exitValue(), output);
        } finally {
            Files.delete(stdin);
        }
    }

    private static boolean onPath(String tool) {
        String path = System.getenv("PATH");
        for (String directory : path == null ? new String[0] : path.split(":")) {
            if (Files.isExecutable(Path.of(directory, tool))) {
                return true;
            }
        }
        return false;
    }
}
