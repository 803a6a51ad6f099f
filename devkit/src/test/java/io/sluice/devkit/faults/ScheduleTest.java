package io.sluice.devkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void theSameSeedAndTickGiveTheSameWhateverWasAskedBefore() {
        List<Integer> forth = picks(LongStream.range(0, 100));
        List<Integer> back = picks(LongStream.range(0, 100).map(i -> 99 - i));

        assertThat(back.stream().sorted().toList())
                .isEqualTo(forth.stream().sorted().toList());
        assertThat(new Schedule(7).pick(42, 1_000)).isEqualTo(new Schedule(7).pick(42, 1_000));
    }

    @Test
    void seedsTicksAndPurposesDiffer() {
        assertThat(picks(LongStream.range(0, 100)).stream().distinct().count()).isGreaterThan(50);
        assertThat(new Schedule(7).pick(1, 1_000_000)).isNotEqualTo(new Schedule(8).pick(1, 1_000_000));
        assertThat(new Schedule(7).of("F1").pick(1, 1_000_000))
                .isNotEqualTo(new Schedule(7).of("F2").pick(1, 1_000_000));
    }

    @Test
    void drawsStayWithinTheirLimits() {
        Schedule schedule = new Schedule(7);
        assertThat(LongStream.range(0, 1_000)
                        .map(tick -> schedule.between(tick, 5, 7))
                        .boxed())
                .containsOnly(5L, 6L, 7L);
        long happened = LongStream.range(0, 1_000)
                .filter(tick -> schedule.happens(tick, 0.3))
                .count();
        assertThat(happened).isBetween(230L, 370L);
    }

    private static List<Integer> picks(LongStream ticks) {
        return ticks.mapToObj(tick -> new Schedule(7).pick(tick, 1_000)).toList();
    }
}
