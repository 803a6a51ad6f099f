package io.sluice.devkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.faults.Figures.Window;
import io.sluice.devkit.oracle.EventKind;
import io.sluice.devkit.oracle.LogRecord.Committed;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import io.sluice.devkit.oracle.LogRecord.Event;
import io.sluice.devkit.oracle.LogRecord.Produced;
import io.sluice.devkit.oracle.LogRecord.Result;
import io.sluice.devkit.oracle.LogRecord.Verdict;
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

    @Test
    void aRecordsLatencyIsFromItsWriteToItsFirstVerdict() {
        List<Produced> produced = List.of(written(100, 7), written(300, 8), written(5_000, 9));
        List<Handling> handlings = List.of(
                new Handling(at(0, 7), Handling.NEVER, null),
                new Handling(at(0, 7), 900, Verdict.ACK),
                new Handling(at(0, 7), 2_000, Verdict.ACK),
                new Handling(at(0, 8), 340, Verdict.REJECT),
                new Handling(at(0, 9), 5_100, Verdict.ACK));

        assertThat(Figures.writtenToAnswered(produced, handlings, new Window(0, 1_000)))
                .containsExactly(800L, 40L);
    }

    @Test
    void theDeathOfAProcessorByARecordIsNoTakeover() {
        RunLogs logs = RunLogs.of(List.of(
                new Event(10, EventKind.PROCESSOR_KILL, "p1-1", ""),
                new Event(20, EventKind.PROCESSOR_KILL, "p1-1", ProcessorJournal.BY_A_RECORD)));
        List<Handling> handlings =
                List.of(new Handling(at(0, 5), Handling.NEVER, null), new Handling(again(0, 5, 50), 60, Verdict.ACK));

        assertThat(Takeovers.ofKilledProcessors(logs, handlings)).containsExactly(40L);
    }

    private static Produced written(long t, long offset) {
        return new Produced(t, "t", 0, offset, "k", offset, "u", "", Result.OK);
    }

    private static Delivered again(int partition, long offset, long t) {
        return new Delivered(t, "p2-1", "g/0", "s", 1, 0, 0, 1, "t", partition, offset, "k", "u", "");
    }

    private static Delivered at(int partition, long t) {
        return new Delivered(t, "p1-1", "g/0", "s", 1, 0, 0, 1, "t", partition, t, "k", "u", "");
    }

    private static Committed commit(long t) {
        return new Committed(t, "g", "t", 0, t, "");
    }
}
