package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchCommandTest {
    private final StringWriter said = new StringWriter();

    @Test
    void anUnknownSuiteIsRefusedWithThoseThereAre() {
        assertThat(exitCode("--suite", "limit,speed")).isEqualTo(2);
        assertThat(said.toString().lines().findFirst().orElseThrow())
                .isEqualTo(
                        "--suite: 'speed' given, all or some of limit, peers, python, hotkey, latency, scale, idle, micro allowed");
    }

    @Test
    void roundsOutOfRangeAreRefused() {
        assertThat(exitCode("--rounds", "0")).isEqualTo(2);
        assertThat(said.toString()).startsWith("--rounds: 0 given, 1 to 100 allowed");
    }

    @Test
    void recordsOutOfRangeAreRefused() {
        assertThat(exitCode("--records", "10")).isEqualTo(2);
        assertThat(said.toString()).startsWith("--records: 10 given, 1000 to 100000000 allowed");
    }

    @Test
    void suitesRunOnceEachInTheOrderGiven() {
        assertThat(Suites.select(java.util.List.of("idle", "limit", "idle")))
                .extracting(Suite::name)
                .containsExactly("idle", "limit");
        assertThat(Suites.select(java.util.List.of("all"))).isEqualTo(Suites.ALL);
    }

    private int exitCode(String... args) {
        CommandLine command = new CommandLine(new BenchCommand());
        command.setErr(new PrintWriter(said, true));
        return command.execute(args);
    }
}
