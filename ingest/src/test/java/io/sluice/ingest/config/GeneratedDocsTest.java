package io.sluice.ingest.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is generated from the catalogue equals what is published; {@code -Dregenerate=true} publishes it anew. */
class GeneratedDocsTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Path CONFIGS = Path.of("src/test/resources/config");

    @Test
    void theReferenceIsUpToDate() throws IOException {
        publishedEquals(DOCS.resolve("CONFIGURATION.md"), ConfigDocs.reference());
    }

    @Test
    void theSchemaIsUpToDate() throws IOException {
        publishedEquals(DOCS.resolve("sluice.schema.json"), ConfigDocs.schema());
    }

    @Test
    void theSchemaAcceptsWhatTheLoaderAccepts() throws IOException {
        for (Path file : yaml("good")) {
            assertThat(schemaErrors(file)).as(file.toString()).isEmpty();
        }
    }

    @Test
    void theSchemaRefusesMostOfWhatTheLoaderRefuses() throws IOException {
        List<Path> bad = yaml("bad");
        long refused = bad.stream().filter(GeneratedDocsTest::isRefused).count();

        assertThat(refused).isGreaterThan(bad.size() / 2);
    }

    @Test
    void theExamplesOfTheReferencePassTheCheck(@TempDir Path folder) throws IOException, ConfigException {
        Path secrets = Files.createDirectory(folder.resolve("secrets"));
        secret(secrets.resolve("kafka-jaas"), "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        secret(secrets.resolve("truststore-password"), "changeit");
        List<String> examples = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(ConfigDocs.reference())
                .results()
                .map(m -> m.group(1).replace("/run/secrets", secrets.toString()))
                .toList();

        assertThat(examples).hasSizeGreaterThanOrEqualTo(3);
        for (String example : examples) {
            Path file = Files.writeString(folder.resolve("example.yaml"), example);
            assertThat(ConfigLoader.load(file, Map.of(), List.of()).pipelines()).hasSize(1);
            assertThat(schemaErrors(file)).isEmpty();
        }
    }

    @Test
    void everyDefaultIsAllowed() {
        Values root = new SectionReader(new Problems(), new ScalarReader(new Problems(), new Placeholders(Map.of())))
                .root(Node.Mapping.empty(Place.of("nothing")));

        assertThat(root.text("admin.listen")).isEqualTo("127.0.0.1:9464");
    }

    private static void secret(Path file, String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static void publishedEquals(Path published, String generated) throws IOException {
        if (Boolean.getBoolean("regenerate")) {
            Files.createDirectories(DOCS);
            Files.writeString(published, generated);
        }
        assertThat(Files.readString(published)).isEqualTo(generated);
    }

    private static boolean isRefused(Path file) {
        try {
            return !schemaErrors(file).isEmpty();
        } catch (IOException | RuntimeException e) {
            return true; // not YAML
        }
    }

    private static List<?> schemaErrors(Path file) throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(ConfigDocs.schema());
        return schema.validate(Files.readString(file).replace("\uFEFF", ""), InputFormat.YAML);
    }

    private static List<Path> yaml(String folder) throws IOException {
        try (Stream<Path> files = Files.list(CONFIGS.resolve(folder))) {
            return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        }
    }
}
