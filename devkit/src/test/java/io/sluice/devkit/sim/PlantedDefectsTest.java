package io.sluice.devkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.sim.DefectiveCore.Finding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A checker that is never red proves nothing: each defect of the core is found, and how soon is printed. */
class PlantedDefectsTest {
    private static final int STEPS = 2_000;
    private static final int SEEDS = 60;

    @Timeout(60)
    @ParameterizedTest
    @EnumSource
    void theDefectIsFound(Defect defect) throws Exception {
        DefectiveCore core = new DefectiveCore(defect);
        List<Finding> findings = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            Finding finding = core.run(seed, STEPS);
            if (!finding.rule().isEmpty()) {
                findings.add(finding);
            }
        }
        assertThat(findings).as("found in none of " + SEEDS + " seeds").isNotEmpty();
        long[] steps = findings.stream().mapToLong(Finding::step).sorted().toArray();
        System.out.printf(
                "%-36s found in %d of %d seeds, median step %d, by %s%n",
                defect,
                steps.length,
                SEEDS,
                steps[steps.length / 2],
                findings.stream().map(Finding::rule).distinct().sorted().toList());
    }
}
