package io.sluice.devkit.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DemoIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"key, 0", "partition, 0.05", "none, 0.05"})
    void aWeekOfEarthquakesIsSettledAndNothingIsLeftBehind(String ordering, String fail) throws IOException {
        Path temp = Files.createDirectory(folder.resolve("tmp"));
        try (ChildProcess demo = demo(temp, "--json", "--ordering", ordering, "--fail", fail)) {
            assertThat(demo.exitCode(PATIENCE)).as(demo.tail(40)).isZero();

            JsonNode result = new JsonMapper().readTree(demo.tail(1));
            assertThat(result.path("produced").asLong()).isEqualTo(1707);
            assertThat(result.path("acked").asLong()).isEqualTo(1635);
            assertThat(result.path("dead_lettered").asLong()).isEqualTo(72);
            assertThat(result.path("dead_letters").path("NOT_AN_EARTHQUAKE").asLong())
                    .isEqualTo(28);
            assertThat(result.path("dead_letters").path("NEGATIVE_MAGNITUDE").asLong())
                    .isEqualTo(44);
            assertThat(result.path("retried").asLong() > 0).isEqualTo(!fail.equals("0"));
            for (String none : new String[] {"lag", "order_violations", "lost", "duplicates", "filtered"}) {
                assertThat(result.path(none).asLong(-1)).as(none).isZero();
            }
        }
        assertThat(sluiceFolders(temp)).isEmpty();
    }

    @Test
    void aDemoThatIsAskedToEndLeavesNothingBehind() throws IOException {
        Path temp = Files.createDirectory(folder.resolve("tmp"));
        try (ChildProcess demo = demo(temp, "--repeat", "10000")) {
            demo.awaitLine("produced", PATIENCE);
            ProcessHandle handle = ProcessHandle.of(demo.pid()).orElseThrow();
            ProcessHandle[] children = handle.children().toArray(ProcessHandle[]::new);
            assertThat(children).hasSize(2);

            demo.terminate();

            assertThat(demo.exitCode(PATIENCE)).isEqualTo(143);
            assertThat(children).noneMatch(ProcessHandle::isAlive);
        }
        assertThat(sluiceFolders(temp)).isEmpty();
    }

    @Test
    void anImpossibleOptionIsRefusedInOneLine() throws IOException {
        try (ChildProcess demo = demo(folder, "--partitions", "0")) {
            assertThat(demo.exitCode(PATIENCE)).isEqualTo(2);
            assertThat(Files.readAllLines(demo.output())).first().isEqualTo("--partitions: 0 given, 1 to 256 allowed");
        }
    }

    private ChildProcess demo(Path temp, String... options) {
        return ChildProcess.java("io.sluice.devkit.Main")
                .flags("-Xmx768m", "-Djava.io.tmpdir=" + temp, "-Dlogback.configurationFile=logback-devkit.xml")
                .args("demo")
                .args(options)
                .start(folder.resolve("demo.log"));
    }

    private static List<Path> sluiceFolders(Path temp) throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            return files.filter(path -> path.getFileName().toString().startsWith("sluice-"))
                    .toList();
        }
    }
}
