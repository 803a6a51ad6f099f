package io.sluice.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriageTest {
    private final Triage triage = new Triage();

    static List<String> realEvents() throws IOException {
        InputStream file = Objects.requireNonNull(TriageTest.class.getResourceAsStream("/quakes.jsonl"));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        }
    }

    static Record record(String value) {
        return Record.at("quakes", 0, 0).value(value).build();
    }

    @ParameterizedTest
    @CsvSource({"9.1, RED", "6, RED", "5.99, ORANGE", "5, ORANGE", "4, YELLOW", "3.99, GREEN", "0, GREEN"})
    void theLevelGrowsWithTheMagnitude(double magnitude, Triage.Level level) {
        assertThat(Triage.Level.of(magnitude)).isEqualTo(level);
    }

    @Test
    void anEarthquakeIsAckedAndCounted() {
        assertThat(triage.decide(record("{\"properties\":{\"type\":\"earthquake\",\"mag\":6.4}}")))
                .isEqualTo(Verdict.ack());
        assertThat(triage.decide(record("{\"properties\":{\"type\":\"earthquake\",\"mag\":null}}")))
                .isEqualTo(Verdict.ack());
        assertThat(triage.count(Triage.Level.RED)).isEqualTo(1);
        assertThat(triage.count(Triage.Level.GREEN)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"properties":{"type":"explosion","mag":-1}}   | NOT_AN_EARTHQUAKE  | type is 'explosion', not 'earthquake'
            {"properties":{"mag":1}}                       | NOT_AN_EARTHQUAKE  | type is '', not 'earthquake'
            {"properties":{"type":"earthquake","mag":-0.4}}| NEGATIVE_MAGNITUDE | magnitude is -0.4
            {"properties":{"type":"earthquake","mag":"x"}} | DECODE             | mag is not a number
            {"properties":{"type":"earthquake","mag":true}}| DECODE             | mag is not a number
            {"properties":{"type":"earthquake","mag":NaN}} | DECODE             | not JSON: a GeoJSON feature is needed
            {                                              | DECODE             | not JSON: a GeoJSON feature is needed
            []                                             | DECODE             | no properties: a GeoJSON feature is needed
            {"properties":1}                               | DECODE             | no properties: a GeoJSON feature is needed
            """)
    void whatWillNeverWorkIsRejected(String value, String code, String reason) {
        assertThat(triage.decide(record(value))).isEqualTo(Verdict.reject(code, reason));
    }

    @Test
    void aRecordWithoutAValueOrWithAnEmptyOneIsRejected() {
        assertThat(triage.decide(Record.at("quakes", 0, 0).build()).code()).isEqualTo("DECODE");
        assertThat(triage.decide(record("")).code()).isEqualTo("DECODE");
        assertThat(triage.decide(record("[".repeat(100_000))).code()).isEqualTo("DECODE");
    }

    @Test
    void realEventsGetTheirVerdicts() throws IOException {
        assertThat(realEvents().stream().map(line -> triage.decide(record(line)).code()))
                .containsExactly("", "", "NOT_AN_EARTHQUAKE", "NEGATIVE_MAGNITUDE", "NOT_AN_EARTHQUAKE");
        assertThat(triage.count(Triage.Level.RED)).isEqualTo(1);
        assertThat(triage.count(Triage.Level.GREEN)).isEqualTo(1);
        assertThat(triage.rejected()).isEqualTo(3);
    }
}
