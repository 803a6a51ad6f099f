package io.sluice.ingest.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.ingest.delivery.FloodPolicy;
import io.sluice.ingest.delivery.Ordering;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    private static final Path MINIMAL = Path.of("src/test/resources/config/good/minimal.yaml");
    private static final Path EVERYTHING = Path.of("src/test/resources/config/good/everything.yaml");
    private static final Map<String, String> ENV = Map.of(
            "GOOD_JAAS", "org.apache.kafka.common.security.plain.PlainLoginModule required password=\"canary-7\";");

    @TempDir
    private Path folder;

    private static List<String> problems(Path file, Map<String, String> env, String... overrides) {
        ConfigException e =
                catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(file, env, List.of(overrides)));
        assertThat(e).isNotNull();
        return e.lines();
    }

    private static PipelineConfig first(Map<String, String> env, String... overrides) throws ConfigException {
        return ConfigLoader.load(MINIMAL, env, List.of(overrides)).pipelines().get(0);
    }

    @Test
    void budgetsThatDoNotFitTheHeapTogetherAreWarnedOf() throws ConfigException {
        PipelineConfig pipeline = first(Map.of(), "pipelines.quakes.in_flight.bytes=64MiB");

        assertThat(ConfigLoader.memory(List.of(pipeline, pipeline), 128 << 20)).isNull();
        assertThat(ConfigLoader.memory(List.of(pipeline, pipeline, pipeline), 128 << 20))
                .startsWith(
                        "in_flight.bytes: the pipelines may hold 192 MiB of records together, the heap has 128 MiB;");
    }

    @Test
    void whatIsNotWrittenHasItsDefault() throws ConfigException {
        SluiceConfig config = ConfigLoader.load(MINIMAL, Map.of(), List.of());

        assertThat(config.admin()).isEqualTo(new AdminConfig("127.0.0.1", 9464));
        assertThat(config.pipelines())
                .containsExactly(new PipelineConfig(
                        "quakes",
                        new PipelineConfig.Source(
                                List.of("quakes"),
                                false,
                                "sluice.quakes",
                                "classic",
                                new PipelineConfig.Start.Earliest(),
                                Map.of()),
                        Ordering.KEY,
                        1,
                        new PipelineConfig.Processor(
                                List.of("static://localhost:9000"),
                                1,
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(10),
                                new PipelineConfig.Batch(1000, 256 * 1024, Duration.ofMillis(2)),
                                Duration.ofSeconds(10)),
                        new PipelineConfig.InFlight(20_000, 64 * 1024 * 1024),
                        new PipelineConfig.Retry(
                                5,
                                3,
                                Duration.ofMillis(200),
                                Duration.ofSeconds(30),
                                2,
                                0.2,
                                null,
                                PipelineConfig.RetryTopics.NONE),
                        new PipelineConfig.DeadLetters(
                                "dlq.quakes", false, new FloodPolicy(true, 0.5, 1_000, 200, 30_000_000_000L), Map.of()),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(20)));
    }

    @Test
    void whatIsWrittenIsRead() throws ConfigException {
        SluiceConfig config = ConfigLoader.load(EVERYTHING, ENV, List.of());
        PipelineConfig pipeline = config.pipelines().get(0);

        assertThat(config.admin()).isEqualTo(new AdminConfig("0.0.0.0", 0));
        assertThat(pipeline.source().pattern()).isTrue();
        assertThat(pipeline.source().topics()).containsExactly("orders\\.(eu|us)$");
        assertThat(pipeline.source().start())
                .isEqualTo(new PipelineConfig.Start.Timestamp(Instant.parse("2026-01-30T23:00:00Z")));
        assertThat(pipeline.ordering()).isEqualTo(Ordering.PARTITION);
        assertThat(pipeline.lanes()).isEqualTo(4);
        assertThat(pipeline.processor().targets())
                .containsExactly("static://[::1]:9000", "dns:///orders-worker:9000", "dns:///other:1");
        assertThat(pipeline.drain()).isZero();
    }

    @Test
    void theBatchIsNoLargerThanWhatMayBeInFlight() throws ConfigException {
        var small = List.of("pipelines.quakes.in_flight.records=300");
        assertThat(ConfigLoader.load(MINIMAL, Map.of(), small).pipelines())
                .singleElement()
                .satisfies(p -> assertThat(p.processor().batch().records()).isEqualTo(300));
    }

    @Test
    void retryTopicsAreNamedByPrefixAndDelay() throws ConfigException {
        Path file = MINIMAL.resolveSibling("retry-topics.yaml");
        List<PipelineConfig> pipelines =
                ConfigLoader.load(file, Map.of(), List.of()).pipelines();

        assertThat(pipelines.get(0).retry().topics())
                .isEqualTo(new PipelineConfig.RetryTopics(
                        List.of(
                                new PipelineConfig.Tier(Duration.ofSeconds(10), "team-quakes.retry.10s"),
                                new PipelineConfig.Tier(Duration.ofMinutes(1), "team-quakes.retry.1m"),
                                new PipelineConfig.Tier(Duration.ofMinutes(10), "team-quakes.retry.10m")),
                        true));
        assertThat(pipelines.get(1).retry().topics())
                .isEqualTo(new PipelineConfig.RetryTopics(
                        List.of(new PipelineConfig.Tier(Duration.ofMillis(1_500), "own.orders.retry.1500ms")), false));
    }

    @Test
    void eachKindOfClientIsGivenThePropertiesItKnows() throws ConfigException {
        SluiceConfig config = ConfigLoader.load(EVERYTHING, ENV, List.of());
        PipelineConfig pipeline = config.pipelines().get(0);

        assertThat(config.consumerProperties(pipeline))
                .containsEntry("fetch.min.bytes", "65536")
                .containsEntry("max.poll.records", "1000")
                .containsEntry("sasl.jaas.config", ENV.get("GOOD_JAAS"))
                .doesNotContainKeys("compression.type", "linger.ms");
        assertThat(config.producerProperties(pipeline))
                .containsEntry("compression.type", "lz4")
                .doesNotContainKeys("fetch.min.bytes", "max.poll.records");
        assertThat(config.adminProperties(pipeline))
                .containsOnlyKeys("bootstrap.servers", "security.protocol", "sasl.mechanism", "sasl.jaas.config");
    }

    @Test
    void aPrintedConfigurationShowsNoSecret() throws ConfigException {
        assertThat(ConfigLoader.load(EVERYTHING, ENV, List.of()).toString())
                .contains("sasl.jaas.config=***")
                .doesNotContain("canary");
    }

    @Test
    void flagsWinOverEnvironmentAndEnvironmentOverTheFile() throws ConfigException {
        Map<String, String> env = Map.of(
                "SLUICE_PIPELINES__QUAKES__LANES", "3",
                "SLUICE_PIPELINES__0__SOURCE__TOPICS", "a, b",
                "SLUICE_KAFKA__BOOTSTRAP_SERVERS", "broker:9092",
                "SLUICE_PIPELINES__QUAKES__DEAD_LETTER__KAFKA__LINGER_MS", "7",
                "SLUICE_HOME", "not ours");

        assertThat(first(env).lanes()).isEqualTo(3);
        assertThat(first(env).source().topics()).containsExactly("a", "b");
        assertThat(first(env).deadLetter().kafka()).containsEntry("linger.ms", "7");
        assertThat(first(env, "pipelines.quakes.lanes=4", "pipelines[0].lanes=5")
                        .lanes())
                .isEqualTo(5);
        assertThat(ConfigLoader.load(MINIMAL, env, List.of()).kafka())
                .containsEntry("bootstrap.servers", "broker:9092");
        assertThat(ConfigLoader.load(MINIMAL, env, List.of("kafka.bootstrap.servers=b2:1"))
                        .kafka())
                .containsEntry("bootstrap.servers", "b2:1");
    }

    @Test
    void aProblemInAVariableOrFlagNamesIt() {
        assertThat(problems(MINIMAL, Map.of("SLUICE_ADMIN__LISTEN", "nowhere")))
                .containsExactly("environment SLUICE_ADMIN__LISTEN: admin.listen: not host:port; given \"nowhere\";"
                        + " allowed host:port, with a port from 0 (any free one) to 65535");
        assertThat(problems(MINIMAL, Map.of(), "pipelines.quake.lanes=1", "lanes", "kafka.acks=0"))
                .containsExactlyInAnyOrder(
                        "--set pipelines.quake.lanes: unknown key \"quake\"; did you mean quakes?; allowed quakes",
                        "--set: not a setting; allowed path=value, as in admin.listen=127.0.0.1:0",
                        "--set kafka.acks: kafka.acks: this Kafka property may not be set: dead letters are written with"
                                + " acks=all, idempotent, in order");
    }

    @Test
    void aSecretInAVariableIsNeverShown() {
        assertThat(problems(MINIMAL, Map.of("SLUICE_KAFKA__SASL_JAAS_CONFIG", "canary-7")))
                .singleElement()
                .asString()
                .contains("given ***")
                .doesNotContain("canary");
    }

    @Test
    void aSecretFileIsReadWithoutOneNewlineAtItsEnd() throws IOException, ConfigException {
        assertThat(password("secret\n\n", "rw-------")).isEqualTo("secret\n");
        assertThat(password("secret", "r--r-----")).isEqualTo("secret");
    }

    @Test
    void aSecretFileThatIsEmptyOrOpenToAllIsRefusedWithoutItsContent() throws IOException {
        assertThat(problems(secret("\n", "rw-------"), Map.of()))
                .singleElement()
                .asString()
                .contains("secret", "is empty");
        assertThat(problems(secret("canary", "rw-r--r--"), Map.of()))
                .singleElement()
                .asString()
                .contains("is readable by everybody")
                .doesNotContain("canary");
        assertThat(problems(secret("x".repeat(70_000), "rw-------"), Map.of()))
                .singleElement()
                .asString()
                .contains("larger than 64 KiB");
    }

    @Test
    void aFileThatIsMissingOrADirectoryOrTooLargeIsRefused() throws IOException {
        Path large = Files.writeString(folder.resolve("large.yaml"), "#".repeat(3 * 1024 * 1024 + 1));

        assertThat(problems(folder.resolve("none.yaml"), Map.of()))
                .containsExactly(folder.resolve("none.yaml") + ": no such file; allowed a YAML file");
        assertThat(problems(folder, Map.of())).containsExactly(folder + ": a directory; allowed a YAML file");
        assertThat(problems(large, Map.of())).containsExactly(large + ": too large; allowed at most 3 MiB");
    }

    @Test
    void aPlaceholderCanBeWrittenOut() throws IOException, ConfigException {
        Path file = Files.writeString(
                folder.resolve("c.yaml"), Files.readString(MINIMAL).replace("[quakes]", "[\"${env:T:-a}\"]"));

        assertThat(ConfigLoader.load(file, Map.of(), List.of())
                        .pipelines()
                        .get(0)
                        .source()
                        .topics())
                .containsExactly("a");
        assertThat(problems(file, Map.of("T", "$${env:X}"))).hasSize(1);
    }

    private Path secret(String content, String mode) throws IOException {
        Path secret = folder.resolve("secret");
        Files.deleteIfExists(secret);
        Files.writeString(secret, content);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString(mode));
        String kafka = "kafka: { bootstrap.servers: \"localhost:9092\", ssl.key.password: \"${file:" + secret + "}\" }";
        String rest = Files.readString(MINIMAL).lines().skip(1).reduce("", (a, b) -> a + "\n" + b);
        return Files.writeString(folder.resolve("with-secret.yaml"), kafka + rest);
    }

    private String password(String content, String mode) throws IOException, ConfigException {
        return String.valueOf(ConfigLoader.load(secret(content, mode), Map.of(), List.of())
                .kafka()
                .get("ssl.key.password"));
    }
}
