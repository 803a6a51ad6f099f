package io.sluice.devkit.faults;

import io.sluice.devkit.process.ChildProcess;
import io.sluice.devkit.process.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The test processor on Node's own gRPC stack ({@code devkit/src/main/node}), whose flow control and keepalive are not Java's. Needs
 * {@code node} and {@code npm}; its two packages are installed on first use.
 */
final class NodeProcessor {
    private static final Duration INSTALL = Duration.ofMinutes(3);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private NodeProcessor() {}

    /**
     * What runs it, before the flags of {@link TestProcessor}, which it understands too.
     *
     * @param scratch gets the output of the installation
     * @throws IllegalStateException if node or npm is not there, or the packages cannot be had; the message is for the user
     */
    static List<String> command(Path scratch) {
        Path home = Home.find()
                .orElseThrow(() ->
                        new IllegalStateException("the Node processor runs from a checkout, and there is none here"));
        Path folder = home.resolve("devkit/src/main/node");
        Path output = scratch.resolve("npm.log");
        require("node", output);
        if (!isInstalled(folder)) {
            require("npm", output);
            run("npm ci", List.of("npm", "ci", "--prefix", folder.toString()), INSTALL, output);
        }
        return List.of(
                "node",
                folder.resolve("processor.mjs").toString(),
                "--proto",
                home.resolve("proto").toString());
    }

    /** What npm has noted of an installation is as new as what is asked for. */
    private static boolean isInstalled(Path folder) {
        Path note = folder.resolve("node_modules/.package-lock.json");
        try {
            return Files.exists(note)
                    && Files.getLastModifiedTime(note)
                                    .compareTo(Files.getLastModifiedTime(folder.resolve("package-lock.json")))
                            >= 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into " + folder, e);
        }
    }

    private static void require(String program, Path output) {
        try {
            run(program, List.of(program, "--version"), ANSWER, output);
        } catch (UncheckedIOException e) {
            throw new IllegalStateException(
                    program + " is not installed: the rows with a Node processor need Node 20 or newer with npm", e);
        }
    }

    private static void run(String name, List<String> command, Duration limit, Path output) {
        try (ChildProcess child = ChildProcess.start(name, command, output)) {
            int code = child.exitCode(limit);
            if (code != 0) {
                throw new IllegalStateException(name + " ended with exit code " + code + ":\n" + child.tail(10));
            }
        }
    }
}
