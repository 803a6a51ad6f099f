package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
    @Test
    void aPartitionThatIsAloneMayTakeTheWholeBudget() {
        assertThat(fill(new Admission(100, 1_000_000), 1, 0, 10)).isEqualTo(100);
    }

    @Test
    void aPartitionThatIsStuckLeavesRoomForTheOthers() {
        Admission budget = new Admission(1000, 1_000_000_000);

        long stuck = fill(budget, 2, 0, 10);
        long other = fill(budget, 2, stuck, 10);

        assertThat(stuck).isBetween(500L, 600L);
        assertThat(other).isGreaterThan(150);
        assertThat(stuck + other).isLessThan(1000);
    }

    @Test
    void aPartitionThatHoldsNothingMayAlwaysTakeOneWhileThereIsRoomAtAll() {
        Admission budget = new Admission(100, 1000);
        budget.refresh(50, 99, 999);

        assertThat(budget.admits(0, 0, 1_000_000)).isTrue();
        assertThat(budget.admits(1, 1, 1)).isFalse();
    }

    @Test
    void aRecordLargerThanTheWholeBudgetIsAdmittedWhenNothingIsInFlight() {
        Admission budget = new Admission(100, 1000);
        budget.refresh(3, 0, 0);

        assertThat(budget.admits(0, 0, 5000)).isTrue();
        budget.take(5000);
        assertThat(budget.admits(0, 0, 1)).isFalse();
    }

    @Test
    void theSmallestBudgetStillMovesOneRecordAtATime() {
        Admission budget = new Admission(1, 1);
        budget.refresh(4, 0, 0);
        assertThat(budget.admits(0, 0, 10)).isTrue();
        budget.take(10);
        assertThat(budget.admits(0, 0, 10)).isFalse();
    }

    @Test
    void whatIsGivenBackMayBeTakenAgain() {
        Admission budget = new Admission(2, 100);
        budget.refresh(1, 1, 10);
        budget.take(10);
        assertThat(budget.admits(2, 20, 10)).isFalse();
        budget.giveBack(10);
        assertThat(budget.admits(1, 10, 10)).isTrue();
    }

    @Test
    void aBudgetOfNothingIsRefused() {
        assertThatThrownBy(() -> new Admission(0, 10)).hasMessageContaining("0 records");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void recordsNeverExceedTheBudgetAndBytesOnlyByLessThanOneRecord(long seed) {
        Random random = new Random(seed);
        int partitions = 1 + random.nextInt(10);
        long maxRecords = 1L + random.nextInt(200);
        long maxBytes = 1L + random.nextInt(20_000);
        long[] records = new long[partitions];
        long[] bytes = new long[partitions];
        Admission budget = new Admission(maxRecords, maxBytes);
        for (int step = 0; step < 5000; step++) {
            int p = random.nextInt(partitions);
            long usedBytes = sum(bytes);
            budget.refresh(partitions, sum(records), usedBytes);
            long size = random.nextInt(500);
            if (random.nextInt(4) > 0) {
                if (budget.admits(records[p], bytes[p], size)) {
                    assertThat(usedBytes).as("seed %s", seed).isLessThanOrEqualTo(maxBytes);
                    records[p]++;
                    bytes[p] += size;
                }
                assertThat(sum(records)).as("seed %s", seed).isLessThanOrEqualTo(maxRecords);
            } else {
                records[p] = 0;
                bytes[p] = 0;
            }
        }
    }

    /** Lets one partition take as much as it may. */
    private static long fill(Admission budget, int partitions, long usedByOthers, int size) {
        budget.refresh(partitions, usedByOthers, usedByOthers * size);
        long held = 0;
        while (budget.admits(held, held * size, size)) {
            budget.take(size);
            held++;
        }
        return held;
    }

    private static long sum(long[] values) {
        long sum = 0;
        for (long value : values) {
            sum += value;
        }
        return sum;
    }
}
