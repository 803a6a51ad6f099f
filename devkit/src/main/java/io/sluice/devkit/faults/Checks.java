package io.sluice.devkit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.stream.Stream;

/** What rows require beyond the rules of every run. Each failure is one line. */
final class Checks {
    private Checks() {}

    /** @throws IllegalStateException if not; it becomes the run's failure */
    static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("required: " + what);
        }
    }

    /** The child has not said any of these words in the life it lives. */
    static void outputLacks(Child child, String... words) {
        try (Stream<String> lines = Files.lines(child.output(), StandardCharsets.UTF_8)) {
            lines.filter(line -> Arrays.stream(words).anyMatch(line::contains))
                    .findFirst()
                    .ifPresent(line -> {
                        throw new IllegalStateException(child.name() + " said: " + line);
                    });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + child.output(), e);
        }
    }
}
