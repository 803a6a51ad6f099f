package io.sluice.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every stress test runs for a moment, so that none rots. To find races give them time: {@code bench/jcstress.sh}. */
class StressSmokeTest {
    private static final int LIMIT_S = 240;

    @Test
    void everyStressTestRunsAndPasses(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("log");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main",
                "-m",
                "quick",
                "-f",
                "1",
                "-fsm",
                "0",
                "-iters",
                "1",
                "-time",
                "50",
                "-sc",
                "false",
                "-jvmArgs=-Xmx256m",
                "-r",
                folder.toString());
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS))
                    .as("ended in %d s", LIMIT_S)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }

        String said = Files.readString(log, UTF_8);
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).contains("All remaining tests: " + stressTests() + " matching test results");
    }

    private static long stressTests() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            return sources.filter(file -> file.toString().endsWith("Stress.java"))
                    .count();
        }
    }
}
