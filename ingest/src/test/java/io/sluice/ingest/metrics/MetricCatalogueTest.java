package io.sluice.ingest.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MetricCatalogueTest {
    private static final Path PAGE = Path.of("..", "docs", "METRICS.md");

    /** Run with {@code -Dgolden.write} to write the page anew. */
    @Test
    void thePageIsWhatTheCatalogueSays() throws IOException {
        String page = MetricsPage.text();
        if (System.getProperty("golden.write") != null) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).content().isEqualTo(page);
    }

    @Test
    void namesFollowTheRulesOfPrometheus() {
        for (Metric metric : Metric.values()) {
            String name = metric.exposedName();
            assertThat(name).matches("sluice_[a-z]+(_[a-z]+)*");
            assertThat(name.endsWith("_total")).as(name).isEqualTo(metric.kind() == Kind.COUNTER);
            assertThat(name).doesNotMatch(".*_(count|sum|bucket)");
            if (metric.unit().equals("seconds")
                    || metric.unit().equals("bytes")
                    || metric.unit().equals("ratio")) {
                assertThat(name).contains("_" + metric.unit());
            }
            assertThat(metric.help()).as(name).endsWith(".").doesNotContain("\n", "|");
            assertThat(metric.remedy()).as(name).endsWith(".").doesNotContain("\n", "|");
        }
        assertThat(Arrays.stream(Metric.values()).map(Metric::exposedName)).doesNotHaveDuplicates();
    }

    @Test
    void boundsOfHistogramsGrow() {
        for (Metric metric : Metric.values()) {
            assertThat(metric.spec().bounds()).isSorted().doesNotHaveDuplicates();
            assertThat(metric.spec().bounds().isEmpty()).isEqualTo(metric.kind() != Kind.HISTOGRAM);
        }
    }
}
