package io.sluice.devkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class TimelineSvgTest {
    private final Timeline timeline = new Timeline();

    @Test
    void thePictureIsXmlThatNamesTheRunTheUnitsAndWhatWasDone() throws Exception {
        timeline.sample(10, 5, 5);
        timeline.mark("kill -9 <g1> & co");
        timeline.sample(20, 20, 0);

        String svg = TimelineSvg.of(result(0), timeline);

        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(document.getDocumentElement().getTextContent())
                .contains(
                        "F1",
                        "a title",
                        "seed 7",
                        "records in the topic that are not committed",
                        "records a second",
                        " s")
                .contains("kill -9 <g1> & co");
        assertThat(svg).doesNotContain("NOT KEPT").doesNotContain("NaN");
    }

    @Test
    void aBrokenRuleIsSaid() {
        assertThat(TimelineSvg.of(result(3), timeline)).contains("lost 3").contains("NOT KEPT");
    }

    @Test
    void whereTheBrokerDidNotAnswerTheLagHasAGap() {
        timeline.sample(10, 5, 5);
        timeline.sample(10, 5, -1);
        timeline.sample(10, 5, 5);

        String svg = TimelineSvg.of(result(0), timeline);

        // All within a moment, so there is no line of throughput.
        assertThat(svg.split("<polyline", -1))
                .as("pieces of lag, and what is before")
                .hasSize(2 + 1);
    }

    private static RunResult result(long lost) {
        Row row = Row.of("F1", "a title", "expectation", rig -> {});
        return new RunResult(row, 7, 10, 20, lost, 0, 0, 0, 0, 0, Map.of(), 5, 100, 1 << 20, 2_000, Map.of(), null);
    }
}
