package io.sluice.devkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The short lane of the fault matrix: gateways, processors and broker as processes of their own, struck in the middle of work, and judged
 * by the oracle from logs that are none of the gateway's. Another seed: {@code -Dsluice.faults.seed=S}. The report is under
 * {@code target/faults}.
 */
class FaultsIT {
    private static final long SEED = Long.getLong("sluice.faults.seed", 1);
    private static final long RECORDS = Long.getLong("sluice.faults.records", 20_000);
    private static final Path REPORT = Path.of("target", "faults").toAbsolutePath();
    private static final List<RunResult> RESULTS = new ArrayList<>();
    private static Lab lab;

    @BeforeAll
    static void open() {
        lab = new Lab(REPORT, System.out::println);
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    static List<String> shortLane() {
        return Rows.select("short").stream().map(Row::id).toList();
    }

    @ParameterizedTest
    @MethodSource("shortLane")
    void everyRuleIsKept(String id) {
        RunResult result = FaultRun.run(lab, Rows.select(id).get(0), SEED, RECORDS);
        RESULTS.add(result);
        ReportPage.write(REPORT, RESULTS);

        System.out.println(ResultTable.line(result));
        assertThat(result.failure()).as(result.replay()).isNull();
        assertThat(result.good()).as(result.replay() + ": " + result.fields()).isTrue();
        assertThat(result.records()).isGreaterThanOrEqualTo(RECORDS);
        lab.forget(id);
    }
}
