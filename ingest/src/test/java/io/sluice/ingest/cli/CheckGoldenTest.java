package io.sluice.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file in {@code config/bad} has its exact lines beside it. {@code -Dregenerate=true} writes them anew. */
class CheckGoldenTest {
    private static final Path CONFIGS = Path.of("src/test/resources/config");

    static List<Path> bad() throws IOException {
        return yaml("bad");
    }

    static List<Path> good() throws IOException {
        return yaml("good");
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aBadConfigurationIsRefusedWithItsLines(Path file) throws IOException {
        CliRun run = CliRun.of("check", "-c", file.toString());

        String lines = run.err().replace(file.getParent() + "/", "");
        Path expected = Path.of(file.toString().replace(".yaml", ".expected"));
        if (Boolean.getBoolean("regenerate")) {
            Files.writeString(expected, lines);
        }
        assertThat(run.exit()).isEqualTo(78);
        assertThat(run.out()).isEmpty();
        assertThat(lines).isEqualTo(Files.readString(expected));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aProblemLineShowsNeitherASecretNorAStackTraceNorControlCharacters(Path file) {
        CliRun run = CliRun.of("check", "-c", file.toString());

        assertThat(run.errLines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .startsWith(file.toString())
                        .doesNotContain("canary", "Exception", "\tat ")
                        .doesNotMatch(".*\\p{Cntrl}.*"));
    }

    @ParameterizedTest
    @MethodSource("good")
    void aGoodConfigurationIsAccepted(Path file) {
        CliRun run = CliRun.of("check", "-c", file.toString());

        assertThat(run.err().replaceAll("warning: .*\n", "")).isEmpty();
        assertThat(run.exit()).isZero();
        assertThat(run.out()).matches(".*: ok, [0-9]+ pipelines?\n");
    }

    @Test
    void thereAreAtLeastThirtyBadConfigurations() throws IOException {
        assertThat(bad()).hasSizeGreaterThanOrEqualTo(30);
    }

    private static List<Path> yaml(String folder) throws IOException {
        try (Stream<Path> files = Files.list(CONFIGS.resolve(folder))) {
            return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        }
    }
}
