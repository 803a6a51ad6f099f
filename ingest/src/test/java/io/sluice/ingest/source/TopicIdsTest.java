package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.PartitionEpoch;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class TopicIdsTest {
    private static final Uuid OLD = Uuid.randomUuid();
    private static final Uuid NEW = Uuid.randomUuid();

    private final TopicIds ids = new TopicIds(new LaneAdmin(Map.of()), 0);
    private final PartitionState quakes = partition("quakes", 0, 1);
    private final PartitionState alerts = partition("alerts", 3, 2);

    @Test
    void onlyThePartitionsOfTheTopicThatWasMadeAnewAreSwapped() {
        assertThat(ids.take(List.of(quakes, alerts), Map.of("quakes", OLD, "alerts", OLD)))
                .isEmpty();

        assertThat(ids.take(List.of(quakes, alerts), Map.of("quakes", NEW, "alerts", OLD)))
                .containsExactly(quakes);
    }

    @Test
    void aTopicThatIsNotThereIsNotSwapped() {
        ids.take(List.of(quakes), Map.of("quakes", OLD));

        assertThat(ids.take(List.of(quakes), Map.of())).isEmpty();
        assertThat(ids.take(List.of(quakes), Map.of("quakes", OLD))).isEmpty();
    }

    @Test
    void anotherAssignmentOfAPartitionBeginsWithTheIdOfItsOwnTime() {
        ids.take(List.of(quakes), Map.of("quakes", OLD));
        PartitionState again = partition("quakes", 0, 3);

        assertThat(ids.take(List.of(again), Map.of("quakes", NEW))).isEmpty();
    }

    @Test
    void theLineSaysWhereReadingHadGotToAndWhatToDo() {
        quakes.position = 400;

        assertThat(TopicIds.line(List.of(quakes), "sluice.quakes"))
                .isEqualTo("topic quakes was deleted and made anew while it was read; reading had got to quakes-0@400,"
                        + " below that the new log may hold records nobody has read; nothing more is committed; to read"
                        + " it from its beginning, stop the pipeline and run kafka-consumer-groups --reset-offsets"
                        + " --to-earliest --execute --group sluice.quakes --topic quakes");
    }

    private static PartitionState partition(String topic, int partition, long epoch) {
        return new PartitionState(
                new TopicPartition(topic, partition), new PartitionEpoch(topic, partition, epoch), 0, null);
    }
}
