package io.sluice.devkit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** A wall clock for a program that can be moved while it runs. Needs libfaketime; monotonic time stays true. Used by one thread. */
final class FakeClock {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String NAME = "libfaketimeMT.so.1";

    private final Path offset;
    private final Notes notes;

    /** A clock that is right. {@code offset} is the file that tells the program by how many seconds it is not. */
    FakeClock(Path offset, Notes notes) {
        this.offset = offset.toAbsolutePath();
        this.notes = notes;
        write(0);
    }

    /** Sets by how many seconds it is ahead, from a second later on at the latest. */
    void move(int seconds) {
        notes.mark("clock %+d s".formatted(seconds));
        notes.clockMoved(seconds * 1_000L);
        write(seconds);
    }

    /**
     * What to run the program by.
     *
     * @throws IllegalStateException if the library is not there; the message is for the user
     */
    String[] command() {
        return new String[] {
            "env",
            "LD_PRELOAD=" + library(),
            "FAKETIME_TIMESTAMP_FILE=" + offset,
            // Without, the file is read each time the program looks at its clock, which is all the time.
            "FAKETIME_CACHE_DURATION=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1"
        };
    }

    private void write(int seconds) {
        try {
            // Moved into place: a look at a half-written file would see another time.
            Path fresh = Files.writeString(offset.resolveSibling("clock.new"), "%+d\n".formatted(seconds));
            Files.move(fresh, offset, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + offset, e);
        }
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
