package io.sluice.devkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void theExitCodeAndTheOutputOfAChildAreKnown() {
        try (ChildProcess child = child("say", "hello", "3")) {
            assertThat(child.awaitLine("hello", PATIENCE)).isEqualTo("hello");
            assertThat(child.exitCode(PATIENCE)).isEqualTo(3);
        }
    }

    @Test
    void aChildMayEndInOrderWhenAskedTo() {
        try (ChildProcess child = child("wait")) {
            child.awaitLine("waiting", PATIENCE);
            assertThat(child.rssBytes()).isGreaterThan(1_000_000);

            child.terminate();

            assertThat(child.exitCode(PATIENCE)).isEqualTo(143);
            assertThat(child.tail(1)).isEqualTo("asked to end");
        }
    }

    @Test
    void aKilledChildSaysNothingMore() {
        try (ChildProcess child = child("wait")) {
            child.awaitLine("waiting", PATIENCE);

            child.kill();

            assertThat(child.exitCode(PATIENCE)).isEqualTo(137);
            assertThat(child.tail(1)).isEqualTo("waiting");
        }
    }

    @Test
    void aPausedChildEndsOnlyAfterItGoesOn() {
        try (ChildProcess child = child("wait")) {
            child.awaitLine("waiting", PATIENCE);
            child.pause();
            child.terminate();

            assertThatThrownBy(() -> child.exitCode(Duration.ofMillis(300))).hasMessageContaining("still runs");
            child.resume();

            assertThat(child.exitCode(PATIENCE)).isEqualTo(143);
        }
    }

    @Test
    void waitingForAChildThatEndsTellsItsLastOutput() {
        try (ChildProcess child = child("say", "what went wrong", "1")) {
            assertThatThrownBy(() -> child.awaitLine("ready", PATIENCE))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("exit code 1")
                    .hasMessageContaining("what went wrong");
        }
    }

    private ChildProcess child(String... args) {
        return ChildProcess.java(SomeChild.class.getName()).args(args).start(folder.resolve("out.log"));
    }
}
