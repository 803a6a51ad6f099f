package io.sluice.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.processor.Outcome;
import io.sluice.processor.Processor;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import io.sluice.processor.testkit.Grouping;
import io.sluice.processor.testkit.ProcessorTestKit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuakeTriageTest {
    private static final String GOOD = "{\"properties\":{\"type\":\"earthquake\",\"mag\":1}}";

    private static List<Verdict> run(SimulatedFailures failures, List<Record> records) {
        Processor processor = new QuakeTriage(failures, null).processor(Options.parse());
        return ProcessorTestKit.of(processor).grouping(Grouping.NONE).run(records);
    }

    private static List<Record> good(int count, int attempt) {
        return IntStream.range(0, count)
                .mapToObj(i -> Record.at("quakes", i % 4, i)
                        .key("ci")
                        .value(GOOD)
                        .attempt(attempt)
                        .build())
                .toList();
    }

    @Test
    void realEventsRunThroughTheProcessor() throws IOException {
        List<Record> records = new ArrayList<>();
        for (String line : TriageTest.realEvents()) {
            records.add(
                    Record.at("quakes", 0, records.size()).key("ci").value(line).build());
        }
        assertThat(run(new SimulatedFailures(0), records))
                .extracting(Verdict::outcome)
                .containsExactly(Outcome.ACK, Outcome.ACK, Outcome.REJECT, Outcome.REJECT, Outcome.REJECT);
    }

    @Test
    void theGivenShareOfFirstAttemptsFailsAndAlwaysTheSame() {
        SimulatedFailures failures = new SimulatedFailures(0.05);
        List<Verdict> verdicts = run(failures, good(4_000, 1));
        assertThat(verdicts.stream().filter(v -> v.code().equals("SIMULATED")).count())
                .isBetween(150L, 250L);
        assertThat(run(failures, good(4_000, 1))).isEqualTo(verdicts);
        assertThat(run(failures, good(4_000, 2))).containsOnly(Verdict.ack());
    }

    /** The Python sample's test expects the same numbers. */
    @Test
    void theChosenRecordsAreThoseOfThePythonSample() {
        SimulatedFailures failures = new SimulatedFailures(0.2);
        assertThat(IntStream.range(0, 40)
                        .filter(i -> failures.chooses(Record.at("quakes", 1, i).build())))
                .containsExactly(0, 13, 15, 29, 31, 34);
    }

    @Test
    void aShareOfOneFailsEveryFirstAttempt() {
        assertThat(run(new SimulatedFailures(1), good(10, 1)))
                .extracting(Verdict::outcome)
                .containsOnly(Outcome.RETRY);
    }

    @Test
    void theJournalHasALineForEachVerdict(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("journal");
        try (Journal journal = new Journal(file)) {
            Processor processor = new QuakeTriage(new SimulatedFailures(0), journal).processor(Options.parse());
            ProcessorTestKit.of(processor)
                    .run(
                            Record.at("quakes", 1, 7).key("ci").value(GOOD).build(),
                            Record.at("quakes", 1, 9).value("{").attempt(2).build());
        }
        List<String[]> lines =
                Files.readAllLines(file).stream().map(l -> l.split("\t")).toList();
        assertThat(lines.get(0)).startsWith("quakes", "1", "7", "Y2k=", "1", "ACK", "-");
        assertThat(lines.get(1)).startsWith("quakes", "1", "9", "-", "2", "REJECT", "DECODE");
        assertThat(lines).hasSize(2).allSatisfy(line -> {
            assertThat(line).hasSize(9);
            assertThat(Long.parseLong(line[7])).isLessThanOrEqualTo(Long.parseLong(line[8]));
        });
    }

    @Test
    void flagsAreReadInBothSpellings() {
        Options options = Options.parse("--port=9000", "--fail", "0.02", "--concurrency", "4", "--journal=j");
        assertThat(options).isEqualTo(new Options(false, "127.0.0.1", 9000, 0.02, Path.of("j"), null, 4));
    }

    @Test
    void aBadFlagIsAnsweredWithWhatIsAllowed() {
        assertThatThrownBy(() -> Options.parse("--port", "99999"))
                .hasMessage("--port 99999: a number from 0 to 65535 is allowed");
        assertThatThrownBy(() -> Options.parse("--fail", "2")).hasMessage("--fail 2: a share from 0 to 1 is allowed");
        assertThatThrownBy(() -> Options.parse("--journal")).hasMessage("--journal: a value is missing; see --help");
        assertThatThrownBy(() -> Options.parse("--prot", "1")).hasMessage("--prot: unknown option; see --help");
    }
}
