package io.sluice.devkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NotesTest {
    private static final long HOUR = 3_600_000;
    private static final long T = 100 * HOUR;
    /** An hour ahead at 100 h, an hour behind 10 s later, two hours behind after 20 s, right again after 30 s. */
    private static final List<long[]> CLOCKS = List.of(
            new long[] {T, HOUR}, new long[] {T + 10_000, -HOUR}, new long[] {T + 20_000, -2 * HOUR}, new long[] {
                T + 30_000, 0
            });

    @Test
    void whatAWrongClockSaidIsPutWhereItHappened() {
        assertThat(real(T - 5_000)).as("before it was moved").isEqualTo(T - 5_000);
        assertThat(real(T + 5_000 + HOUR)).as("ahead").isEqualTo(T + 5_000);
        assertThat(real(T + 15_000 - HOUR)).as("behind").isEqualTo(T + 15_000);
        assertThat(real(T + 25_000 - 2 * HOUR)).as("further behind").isEqualTo(T + 25_000);
        assertThat(real(T + 35_000)).as("right again").isEqualTo(T + 35_000);
    }

    private static long real(long saidMs) {
        return Notes.realTime(saidMs, CLOCKS, T + 60_000);
    }
}
