package io.sluice.devkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules on imports that CONTRIBUTING.md states hold in the sources. */
class LayersTest {
    private static final Path GATEWAY = Page.ROOT.resolve("ingest/src/main/java/io/sluice/ingest");
    private static final Path SDK = Page.ROOT.resolve("processor-api/src/main/java");
    private static final int MOST_LINES = 400;
    private static final Map<String, String> LONG_WITH_REASON =
            Map.of("Delivery.java", "the front of the core: all of its events in one place, each a few lines");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?([\\w.]+)");

    @Test
    void eachLibraryIsImportedInItsOnePackageOnly() throws IOException {
        Map<String, String> rules = new LinkedHashMap<>();
        Page.of("CONTRIBUTING.md")
                .find("(?m)^\\| `([a-z][\\w.]+)` \\| `(\\w+)` \\|$")
                .forEach(rule -> rules.put(rule.group(1), rule.group(2)));
        List<String> broken = new ArrayList<>();
        for (Path source : Page.files(GATEWAY, ".java")) {
            String home = source.getParent().getFileName().toString();
            imports(source)
                    .forEach(name -> rules.forEach((library, owner) -> {
                        if (name.startsWith(library + ".") && !owner.equals(home)) {
                            broken.add(home + "/" + source.getFileName() + " imports " + name);
                        }
                    }));
        }

        assertThat(rules).hasSizeGreaterThan(10);
        assertThat(broken).isEmpty();
    }

    @Test
    void theCoreImportsNothingButJava() throws IOException {
        List<Path> core = Page.files(GATEWAY.resolve("delivery"), ".java");

        assertThat(core).isNotEmpty();
        for (Path source : core) {
            assertThat(imports(source))
                    .as(source.getFileName().toString())
                    .allMatch(name -> name.startsWith("java.") || name.startsWith("io.sluice.ingest.delivery."));
        }
    }

    @Test
    void gatewayAndSdkDoNotSeeEachOther() throws IOException {
        for (Path source : Page.files(GATEWAY, ".java")) {
            assertThat(imports(source)).noneMatch(name -> name.startsWith("io.sluice.processor."));
        }
        for (Path source : Page.files(SDK, ".java")) {
            assertThat(imports(source)).noneMatch(name -> name.startsWith("io.sluice.ingest."));
        }
    }

    @Test
    void noSourceIsLongerThanFourHundredLinesWithoutAReason() throws IOException {
        for (Path folder : List.of(GATEWAY, SDK, Page.ROOT.resolve("devkit/src/main/java"))) {
            for (Path source : Page.files(folder, ".java")) {
                String name = source.getFileName().toString();
                long lines = Files.readString(source).lines().count();
                assertThat(lines <= MOST_LINES || LONG_WITH_REASON.containsKey(name))
                        .as(name + " has " + lines + " lines")
                        .isTrue();
            }
        }
    }

    private static Stream<String> imports(Path source) throws IOException {
        return IMPORT.matcher(Files.readString(source)).results().map(m -> m.group(1));
    }
}
