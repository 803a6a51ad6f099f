package io.sluice.devkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.oracle.LogRecord.Committed;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanHistoryTest {
    private static final int SEEDS = 2_000;

    @Test
    void aHistoryWithoutAFaultIsNeverAccused() {
        long justified = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Findings findings = CleanHistory.of(seed).judge(CleanHistory.terms());
            assertThat(findings.clean()).as("seed %d: %s", seed, findings).isTrue();
            justified += findings.justifiedDuplicates();
        }
        assertThat(justified)
                .as("duplicates with a cause, so that there was something to judge")
                .isGreaterThan(SEEDS);
    }

    @Test
    void aHistoryWhoseFirstCommitGoesTooFarIsAlwaysAccused() {
        for (long seed = 1; seed <= SEEDS / 10; seed++) {
            List<LogRecord> lines = CleanHistory.of(seed).lines();
            History history = new History();
            boolean first = true;
            for (LogRecord line : lines) {
                if (first && line instanceof Committed c) {
                    first = false;
                    long far = ((Committed) lines.get(lines.size() - 1)).offset();
                    history.accept(new Committed(c.t(), c.group(), c.topic(), c.partition(), far, c.metadata()));
                } else {
                    history.accept(line);
                }
            }
            Findings findings = Oracle.judge(history, CleanHistory.terms());
            assertThat(findings.count(Rule.G1))
                    .as("seed %d: %s", seed, findings)
                    .isPositive();
        }
    }
}
