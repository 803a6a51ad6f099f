package io.sluice.devkit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Runs a program with a wall clock that can be moved while it runs. Needs libfaketime; monotonic time stays true. */
final class FakeClock {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String NAME = "libfaketimeMT.so.1";

    private FakeClock() {}

    /**
     * What to run the program by.
     *
     * @param offset file with the seconds the clock is off by, such as {@code +3600}; may change at any time
     * @throws IllegalStateException if the library is not there; the message is for the user
     */
    static String[] command(Path offset) {
        return new String[] {
            "env",
            "LD_PRELOAD=" + library(),
            "FAKETIME_TIMESTAMP_FILE=" + offset.toAbsolutePath(),
            "FAKETIME_NO_CACHE=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            // The JVM's timed waits are monotonic; faking them too would wake them at the wrong time.
            "FAKETIME_FAKE_CONDVAR=0"
        };
    }

    private static Path library() {
        try (Stream<Path> files = Files.walk(LIBRARIES, 4)) {
            return files.filter(file -> file.endsWith(NAME))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            NAME + " is not below " + LIBRARIES + ": install the package faketime"));
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalStateException(
                    "cannot look for " + NAME + " below " + LIBRARIES + ": " + e.getMessage(), e);
        }
    }
}
