package io.sluice.devkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.config.ConfigLoader;
import io.sluice.ingest.delivery.Cause;
import io.sluice.ingest.delivery.DeliveryStats;
import io.sluice.ingest.delivery.DeliveryView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages say of code, configuration, metrics and each other is true. Commands: {@link CommandsTest}. */
class DocsTest {
    private static final Path GATEWAY = Page.ROOT.resolve("ingest/src/main/java");

    @Test
    void linksLeadToFilesAndHeadingsThatExist() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Page page : Page.all()) {
            for (String link : page.links()) {
                if (!leads(page.file(), link)) {
                    dead.add(page + ": " + link);
                }
            }
        }

        assertThat(dead).isEmpty();
    }

    @Test
    void everyAlertHasItsSectionInTheOperatorsGuide() throws IOException {
        String alerts = Files.readString(Page.ROOT.resolve("deploy/prometheus/alerts.yml"));
        List<String> runbooks = names(alerts, "runbook: \"([^\"]+)\"");

        assertThat(runbooks).isNotEmpty().hasSameSizeAs(names(alerts, "- alert: (\\w+)"));
        assertThat(runbooks).allMatch(target -> leads(Page.ROOT.resolve("README.md"), target));
    }

    @Test
    void everyCodeThatOperatorsMeetIsExplained() {
        String guide = Page.of("docs/OPERATIONS.md").text();

        assertThat(Stream.of(DeliveryView.Blocker.values()).map(code -> "`" + code + "`"))
                .allMatch(guide::contains);
        assertThat(Stream.of(Cause.values()).map(code -> "`" + code + "`")).allMatch(guide::contains);
        assertThat(Stream.of(DeliveryStats.Stale.values())
                        .map(code -> "`" + code.name().toLowerCase(Locale.ROOT) + "`"))
                .allMatch(guide::contains);
    }

    @Test
    void everyInvariantIsInTheMapAndInTheGuideForContributors() throws IOException {
        Pattern number = Pattern.compile("<li>\\[([A-Z]\\d)]");
        List<String> numbers = new ArrayList<>();
        for (Path source : Page.files(GATEWAY, ".java")) {
            number.matcher(Files.readString(source)).results().forEach(m -> numbers.add(m.group(1)));
        }

        assertThat(numbers).isNotEmpty().doesNotHaveDuplicates();
        assertThat(numbers).allMatch(n -> Page.of("docs/ARCHITECTURE.md").text().contains("| " + n + " |"));
        assertThat(numbers).allMatch(n -> Page.of("CONTRIBUTING.md").text().contains("| " + n + " |"));
    }

    @Test
    void metricsThatAreNamedExist() throws IOException {
        Set<String> known = Page.of("docs/METRICS.md")
                .find("(?m)^\\| `(sluice_\\w+)`")
                .map(m -> m.group(1))
                .collect(Collectors.toSet());
        List<String> unknown = new ArrayList<>();
        for (Page page : Page.all()) {
            page.find("`(sluice_[a-z_]+)")
                    .map(m -> m.group(1))
                    .filter(name -> !known.contains(name))
                    .forEach(name -> unknown.add(page + ": " + name));
        }

        assertThat(unknown).isEmpty();
    }

    @Test
    void methodsThatAreNamedExist() throws IOException {
        List<Path> sources = Page.files(Page.ROOT, ".java");
        List<String> unknown = new ArrayList<>();
        for (Page page : Page.all()) {
            page.find("`([A-Z]\\w+)#(\\w+)`")
                    .filter(m -> !declares(sources, m.group(1), m.group(2)))
                    .forEach(m -> unknown.add(page + ": " + m.group()));
        }

        assertThat(unknown).isEmpty();
    }

    @Test
    void theJavaThatTheReadmeShowsIsCompiledAndTestedByTheSdk() throws IOException {
        String source = Files.readString(
                Page.ROOT.resolve("processor-api/src/test/java/io/sluice/processor/readme/Greeter.java"));

        assertThat(Page.of("README.md").blocks("java")).containsExactly(source.substring(source.indexOf("import ")));
    }

    @Test
    void configurationsThatAreShownPassTheCheck(@TempDir Path folder) throws Exception {
        int n = 0;
        for (Page page : Page.all()) {
            if (page.toString().equals("docs/CONFIGURATION.md")) {
                continue; // checked by the gateway's own tests, which make its secret files
            }
            for (String block : page.blocks("yaml")) {
                Path file = Files.writeString(folder.resolve("sluice.yaml"), block);
                assertThat(ConfigLoader.load(file, Map.of(), List.of()).pipelines())
                        .as(page.toString())
                        .isNotEmpty();
                n++;
            }
        }

        assertThat(n).isPositive();
    }

    private static List<String> names(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(m -> m.group(1))
                .toList();
    }

    private static boolean leads(Path from, String link) {
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path target = path.isEmpty() ? from : from.resolveSibling(path).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return hash < 0
                || Page.of(Page.ROOT.relativize(target).toString()).anchors().contains(link.substring(hash + 1));
    }

    private static boolean declares(List<Path> sources, String type, String member) {
        Pattern declaration = Pattern.compile("[\\w>\\]?] " + member + "(\\(| =)");
        for (Path source : sources) {
            if (source.getFileName().toString().equals(type + ".java")) {
                try {
                    return declaration.matcher(Files.readString(source)).find();
                } catch (IOException e) {
                    return false;
                }
            }
        }
        return false;
    }
}
