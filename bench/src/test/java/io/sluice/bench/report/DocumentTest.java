package io.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DocumentTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Report REPORT = report();

    @Test
    void thePageAndItsPlotsAreWhatTheKeptResultsSay() throws Exception {
        for (Map.Entry<Path, String> file : new Document(DOCS).files().entrySet()) {
            assertThat(file.getKey()).as("./sluice bench --document writes it").hasContent(file.getValue());
        }
    }

    @Test
    void everySuiteHasAPlaceOnThePage() throws Exception {
        String page = Files.readString(DOCS.resolve("PERFORMANCE.md"));

        assertThat(Pattern.compile("<!-- results: (\\w+) -->").matcher(page).results())
                .extracting(place -> place.group(1))
                .containsExactlyElementsOf(io.sluice.bench.SuiteNames.all());
    }

    @Test
    void aPlaceIsFilledFromTheResultAndProseIsLeftAlone() {
        String page = "before\n<!-- results: limit -->\nold 0.99\n<!-- end -->\nafter\n";

        String filled = Document.filled(page, Map.of("limit", REPORT));

        assertThat(filled)
                .startsWith("before\n<!-- results: limit -->\n")
                .endsWith("<!-- end -->\nafter\n")
                .contains("| `none_100B` | 0.50 | 0.40–0.70 |", "commit `abc`", "limit-100B-rate.svg")
                .doesNotContain("0.99");
        assertThat(Document.filled(filled, Map.of("limit", REPORT))).isEqualTo(filled);
    }

    @Test
    void aPlaceWithoutAResultSaysSo() {
        assertThat(Document.filled("<!-- results: idle -->\n<!-- end -->", Map.of()))
                .contains("Not measured yet.");
    }

    @Test
    void aResultWithoutAPlaceIsRefused() {
        assertThatThrownBy(() -> Document.filled("nothing", Map.of("limit", REPORT)))
                .hasMessageContaining("<!-- results: limit -->");
    }

    private static Report report() {
        Results results = new Results();
        results.add(List.of(ReportTest.round("sluice-none", 1, 2.0)));
        results.ratio("none_100B", new Spread(0.5, 0.4, 0.7));
        return results.report(new Origin("./sluice bench", "abc", Map.of("cpus", 2)));
    }
}
