package io.sluice.devkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.faults.Figures.Window;
import io.sluice.devkit.oracle.LogRecord.Committed;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void theWorstGapIsThatOfOnePartitionAndTouchesTheWindow() {
        List<Delivered> delivered =
                List.of(at(0, 100), at(1, 150), at(0, 900), at(1, 950), at(0, 5_000), at(1, 9_000), at(0, 5_100));

        assertThat(Figures.worstGapMs(delivered, List.of(new Window(200, 300)))).isEqualTo(800);
        assertThat(Figures.worstGapMs(delivered, List.of(new Window(200, 300), new Window(920, 930))))
                .as("of partition 0, from 900 to 5,000")
                .isEqualTo(4_100);
        assertThat(Figures.worstGapMs(delivered, List.of(new Window(20_000, 30_000))))
                .isZero();
    }

    @Test
    void commitsAreMeasuredByWhenTheBrokerTookThem() {
        List<Committed> commits = List.of(commit(1_000), commit(1_500), commit(4_000));

        assertThat(Figures.worstCommitGapMs(commits)).isEqualTo(2_500);
        assertThat(Figures.worstFirstCommitMs(commits, List.of(900L, 1_600L))).isEqualTo(2_400);
        assertThat(Figures.countIn(commits, new Window(1_200, 4_000))).isEqualTo(2);
    }

    private static Delivered at(int partition, long t) {
        return new Delivered(t, "p1-1", "g/0", "s", 1, 0, 0, 1, "t", partition, t, "k", "u", "");
    }

    private static Committed commit(long t) {
        return new Committed(t, "g", "t", 0, t, "");
    }
}
