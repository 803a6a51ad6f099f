package io.sluice.devkit.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** House rules that no compiler checks. */
class TidyTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int LONGEST_SOURCE = 400;
    private static final Set<String> GENERATED = Set.of(
            "target",
            ".git",
            ".venv",
            "node_modules",
            ".sluice",
            "__pycache__",
            ".mypy_cache",
            ".ruff_cache",
            ".pytest_cache");

    @Test
    void noMainSourceIsTooLong() {
        assertThat(sources("/src/main/", ".java").filter(f -> lines(f).size() > LONGEST_SOURCE))
                .isEmpty();
    }

    @Test
    void mainSourcesLeaveNothingForLaterAndNeverSleep() {
        Pattern unwanted = Pattern.compile("TODO|FIXME|XXX|printStackTrace\\(\\)|Thread\\.sleep");
        assertThat(matches(sources("/src/main/", ".java"), unwanted)).isEmpty();
    }

    @Test
    void noTestIsSwitchedOff() {
        assertThat(matches(sources("/src/test/", ".java"), Pattern.compile("@" + "Disabled")))
                .isEmpty();
    }

    @Test
    void transportsAreNotMocked() {
        assertThat(matches(sources("/src/", ".java"), Pattern.compile("org\\." + "mockito")))
                .isEmpty();
    }

    @Test
    void noFileNamesAHomeOrWorkFolderOfSomeMachine() {
        Pattern machine = Pattern.compile("(^|[\\s\"'=(])/(ro" + "ot|wo" + "rk)/[a-z.]");
        assertThat(matches(files().filter(TidyTest::isText), machine)).isEmpty();
    }

    private static List<String> matches(Stream<Path> files, Pattern pattern) {
        List<String> found = new ArrayList<>();
        files.forEach(file -> {
            List<String> lines = lines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    found.add(ROOT.relativize(file) + ":" + (i + 1) + " "
                            + lines.get(i).strip());
                }
            }
        });
        return found;
    }

    private static Stream<Path> sources(String part, String ending) {
        return files().filter(f -> f.toString().contains(part) && f.toString().endsWith(ending));
    }

    private static boolean isText(Path file) {
        return Pattern.compile("\\.(java|py|md|xml|ya?ml|json|proto|sh|properties|txt)$|Dockerfile$|/sluice$|/run$")
                .matcher(file.toString())
                .find();
    }

    private static Stream<Path> files() {
        List<Path> files = new ArrayList<>();
        collect(ROOT, files);
        return files.stream();
    }

    private static void collect(Path folder, List<Path> into) {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.sorted().toList()) {
                if (Files.isDirectory(entry)) {
                    if (!GENERATED.contains(entry.getFileName().toString())) {
                        collect(entry, into);
                    }
                } else {
                    into.add(entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (MalformedInputException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
