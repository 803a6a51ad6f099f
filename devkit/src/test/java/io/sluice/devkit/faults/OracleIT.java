package io.sluice.devkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.defects.Defect;
import io.sluice.devkit.oracle.Findings;
import io.sluice.devkit.oracle.Violation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle against real gateways with seeded defects: each must be caught. {@link CleanGatewayIT} is the other half. */
@Tag("alone")
class OracleIT {
    private static final long SEED = Long.getLong("sluice.oracle.seed", 1);
    private static final long RECORDS = 1_500;

    @TempDir
    static Path folder;

    private static Lab lab;

    @BeforeAll
    static void open() {
        lab = new Lab(folder, line -> {});
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"COMMIT_HIGHEST_ACK", "KEY_IN_TWO_QUEUES"})
    void aDefectIsCaught(Defect defect) throws Exception {
        judge(defect);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("asked")
    void everyDefectIsCaught(Defect defect) throws Exception {
        judge(defect);
    }

    /** All, or those that {@code -Dsluice.oracle.defects=A,B} names. */
    static List<Defect> asked() {
        String names = System.getProperty("sluice.oracle.defects", "");
        return names.isEmpty()
                ? List.of(Defect.values())
                : Arrays.stream(names.split(",")).map(Defect::valueOf).toList();
    }

    private static void judge(Defect defect) throws Exception {
        Trial.Outcome trial = Trial.run(lab, "D." + defect.name(), defect, SEED, RECORDS, Trials.of(defect));
        Findings findings = trial.findings();
        List<Violation> expected = defect.caughtBy().stream()
                .map(findings::first)
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(Violation::t))
                .toList();
        assertThat(expected).as("%s, seed %d: %s", defect, SEED, findings).isNotEmpty();
        System.out.printf(
                "defect %-20s %-62s caught by %s, %.1f s after the gateway was started, %s; first %s%n",
                defect,
                defect.text(),
                expected.get(0).rule(),
                (expected.get(0).t() - trial.startedMs()) / 1e3,
                findings.counts(),
                expected.get(0));
    }
}
