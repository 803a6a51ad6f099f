package io.sluice.devkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordGeneratorTest {
    private static final RecordGenerator GENERATOR = new RecordGenerator(42, 2_000, 50, 6, 20, 100);

    @Test
    void twoGeneratorsOfOneSeedGiveTheSameRecords() {
        RecordGenerator other = new RecordGenerator(42, 2_000, 50, 6, 20, 100);

        for (long i = 0; i < GENERATOR.count(); i++) {
            assertThat(other.key(i)).isEqualTo(GENERATOR.key(i));
            assertThat(other.partition(i)).isEqualTo(GENERATOR.partition(i));
            assertThat(other.value(i)).isEqualTo(GENERATOR.value(i)).hasSizeBetween(20, 100);
        }
    }

    @Test
    void anotherSeedGivesOtherValues() {
        RecordGenerator other = new RecordGenerator(43, 2_000, 50, 6, 20, 100);

        assertThat(other.value(7)).isNotEqualTo(GENERATOR.value(7));
    }

    @Test
    void allKeysAndPartitionsAreUsedAndAKeyStaysOnItsPartition() {
        Set<String> keys = new HashSet<>();
        Set<String> places = new HashSet<>();
        Set<Integer> partitions = new HashSet<>();
        for (long i = 0; i < GENERATOR.count(); i++) {
            keys.add(GENERATOR.key(i));
            partitions.add(GENERATOR.partition(i));
            places.add(GENERATOR.key(i) + "@" + GENERATOR.partition(i));
        }

        assertThat(keys).hasSize(50);
        assertThat(partitions).hasSize(6);
        assertThat(places).hasSize(50);
    }

    @Test
    void aValueTellsItsIndexAndKey() {
        String value = new String(GENERATOR.value(17), StandardCharsets.US_ASCII);

        assertThat(value).startsWith("17:" + GENERATOR.key(17) + ":");
    }

    @Test
    void impossibleLimitsAreRefusedWithWhatWasGiven() {
        assertThatThrownBy(() -> new RecordGenerator(1, 10, 0, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keys 0");
    }
}
