package io.sluice.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliTest {
    private static final String GOOD = "src/test/resources/config/good/minimal.yaml";
    private static final String BAD = "src/test/resources/config/bad/negative.yaml";

    @Test
    void usageErrorsAreOneLineAndExitTwo() {
        for (String[] args : new String[][] {{}, {"check"}, {"frobnicate"}, {"version", "-o", "xml"}, {"config"}}) {
            CliRun run = CliRun.of(args);
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.errLines()).hasSize(1);
            assertThat(run.err()).startsWith("sluice: ").contains("--help");
        }
    }

    @Test
    void checkAsJsonSaysWhatIsWrong() {
        CliRun run = CliRun.of("check", "-o", "json", "-c", BAD);

        assertThat(run.exit()).isEqualTo(78);
        assertThat(run.out()).startsWith("{\"valid\":false,\"errors\":[\"" + BAD + ":6:12: pipelines[0].lanes: ");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void checkWarnsOfAnAdminPortThatOthersCanReach() {
        CliRun run = CliRun.of("check", "-c", GOOD, "--set", "admin.listen=0.0.0.0:9464");

        assertThat(run.exit()).isZero();
        assertThat(run.errLines())
                .containsExactly(
                        "warning: admin.listen: 0.0.0.0:9464 can be reached from other machines, and there is no"
                                + " authentication");
    }

    @Test
    void theEffectiveConfigurationHasDefaultsAndNoSecrets(@TempDir Path folder) throws IOException {
        CliRun run = CliRun.of(
                "config",
                "effective",
                "-c",
                "src/test/resources/config/good/everything.yaml",
                "--set",
                "admin.listen=[::1]:1");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("sasl.jaas.config: \"${env:GOOD_JAAS}\"", "listen: \"[::1]:1\"", "drain: 0s");
        assertThat(run.out()).doesNotContain("canary");
        Path again = Files.writeString(folder.resolve("again.yaml"), run.out());
        assertThat(CliRun.of("config", "effective", "-c", again.toString()).out())
                .as("what is in effect is a configuration that says the same")
                .isEqualTo(run.out());
    }

    @Test
    void lagOfAnUnreachableBrokerIsOneLineAndExit69() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        CliRun run = CliRun.of("lag", "-c", GOOD, "--set", "kafka.bootstrap.servers=127.0.0.1:" + port);

        assertThat(run.exit()).isEqualTo(69);
        assertThat(run.errLines()).hasSize(1);
        assertThat(run.err()).contains("pipeline quakes", "127.0.0.1:" + port, "unreachable");
    }

    @Test
    void lagOfAnUnknownPipelineNamesThoseThereAre() {
        CliRun run = CliRun.of("lag", "-c", GOOD, "-p", "quake");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("no pipeline quake; allowed quakes");
    }

    @Test
    void versionAndCompletionAndHelpPrintSomethingUseful() {
        assertThat(CliRun.of("version", "-o", "json").out())
                .startsWith("{\"version\":\"")
                .doesNotContain("unknown");
        assertThat(CliRun.of("completion", "bash").out()).contains("complete -F _complete_sluice");
        assertThat(CliRun.of("help", "check").out()).contains("--config");
        assertThat(CliRun.of("lag", "--help").exit()).isZero();
        assertThat(CliRun.of("config", "defaults").out()).contains("max_attempts: 5");
    }

    @Test
    void kafkaClientsAreMadeSafeBeforeTheFirstIsMade() {
        CliRun.of("version");

        assertThat(System.getProperty("org.apache.kafka.automatic.config.providers"))
                .isEqualTo("none");
        assertThat(System.getProperty("org.apache.kafka.allowed.login.modules"))
                .contains("PlainLoginModule", "ScramLoginModule")
                .doesNotContain("Jndi", "Ldap");
    }
}
