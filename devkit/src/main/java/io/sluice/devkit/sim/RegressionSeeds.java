package io.sluice.devkit.sim;

import io.sluice.devkit.sim.Simulation.History;
import io.sluice.ingest.delivery.Ordering;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/** Seeds that once failed: they run first, ever after. */
final class RegressionSeeds {
    private static final String RESOURCE = "/sim/regression-seeds.txt";
    private static final String SOURCE = "devkit/src/main/resources" + RESOURCE;

    /** One line of the file: {@code seed ordering steps}, and what it was about. */
    record Line(long seed, Ordering ordering, long faultySteps) {
        static Line parse(String text) {
            String[] words = text.split("\\s+", 4);
            return new Line(
                    Long.parseLong(words[0]),
                    Ordering.valueOf(words[1].toUpperCase(Locale.ROOT)),
                    Long.parseLong(words[2]));
        }
    }

    private RegressionSeeds() {}

    static List<Line> load() {
        try (InputStream in = RegressionSeeds.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("no " + RESOURCE + " in the devkit");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Line::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Appends a seed to the file in a checkout. Returns the file. */
    static Path save(Path checkout, History failing, long faultySteps) throws IOException {
        Path file = checkout.resolve(SOURCE);
        String ordering = failing.ordering().name().toLowerCase(Locale.ROOT);
        String line = failing.seed() + " " + ordering + " " + faultySteps + " " + failing.broken() + "\n";
        Files.writeString(file, line, StandardOpenOption.APPEND);
        return file;
    }
}
