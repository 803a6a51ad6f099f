package io.sluice.devkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.sim.DefectiveCore.Finding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A checker that is never red proves nothing: each defect of the core is found, and how soon is printed. */
@Timeout(300)
class PlantedDefectsTest {
    private static final int STEPS = 2_000;
    private static final int ENOUGH = 3;
    private static final int MOST_SEEDS = 2_000;

    @ParameterizedTest
    @EnumSource
    void theDefectIsFound(Defect defect) throws Exception {
        DefectiveCore core = new DefectiveCore(defect);
        List<Finding> findings = new ArrayList<>();
        int seeds = 0;
        while (findings.size() < ENOUGH && seeds < MOST_SEEDS) {
            Finding finding = core.run(++seeds, STEPS);
            if (!finding.rule().isEmpty()) {
                findings.add(finding);
            }
        }
        assertThat(findings).as("found in none of " + seeds + " seeds").isNotEmpty();
        long[] steps = findings.stream().mapToLong(Finding::step).sorted().toArray();
        System.out.printf(
                "%-36s found in %d of %d seeds, median step %d, by %s%n",
                defect,
                steps.length,
                seeds,
                steps[steps.length / 2],
                findings.stream().map(Finding::rule).distinct().sorted().toList());
    }

    @Test
    void aFailingHistoryIsShrunkToAFewEventsThatBreakTheSameRule() throws Exception {
        DefectiveCore core = new DefectiveCore(Defect.FORGETS_ATTEMPTS);
        long seed = 1;
        Finding whole = core.run(seed, STEPS);
        while (!whole.rule().equals("G12") || whole.step() < 200) {
            whole = core.run(++seed, STEPS);
        }
        Finding shrunk = core.shrink(seed, STEPS, 1_500);
        System.out.printf("shrunk from step %d to step %d: %s%n", whole.step(), shrunk.step(), shrunk.text());
        assertThat(shrunk.rule()).isEqualTo("G12");
        assertThat(shrunk.step()).isLessThan(whole.step() / 3);
        assertThat(shrunk.last()).isNotEmpty().hasSizeLessThanOrEqualTo(200);
    }
}
