package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.ring.Doorbell;
import io.sluice.ingest.ring.RecordRing;
import io.sluice.ingest.ring.RecordSlot.Kind;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class IntakeTest {
    private static final TopicPartition A = new TopicPartition("t", 0);
    private static final TopicPartition B = new TopicPartition("t", 1);

    private final PollStats stats = new PollStats();
    private final RecordRing ring = new RecordRing(64, new Doorbell());
    private final RetryTopics retry = new RetryTopics("p", Map.of(), Clock.systemUTC());
    private final RingWriter writer = new RingWriter(ring, stats, retry);
    private final Assignment assignment = new Assignment(retry);
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");

    @Test
    void aPositionNeverOvertakesRecordsThatWait() {
        Intake intake = intake(10, 1000);
        assign(A);
        intake.take(polled(Map.of(A, 20), Map.of(A, 25L)));

        intake.feed();
        assertThat(drained()).hasSize(10).allMatch(s -> s.startsWith("RECORD"));

        state(A).board.progress(10, 10, 10 * 4);
        intake.feed();
        assertThat(drained()).hasSize(11).last().isEqualTo("POSITION t-0@25");
    }

    @Test
    void aPollThatReadOnlyGapsMovesThePosition() {
        Intake intake = intake(10, 1000);
        assign(A);
        intake.take(polled(Map.of(), Map.of(A, 7L)));

        intake.feed();
        intake.feed();

        assertThat(drained()).containsExactly("POSITION t-0@7");
    }

    @Test
    void whatWaitsPausesItsPartitionAndRoomResumesIt() {
        Intake intake = intake(10, 1000);
        assign(A, B);
        intake.take(polled(Map.of(A, 20), Map.of(A, 20L)));

        intake.feed();
        intake.pauses(consumer);
        assertThat(consumer.paused()).containsExactly(A);
        assertThat(state(A).board.paused()).isTrue();
        assertThat(intake.blocked()).isTrue();

        while (!state(A).carry.isEmpty()) {
            settleAll(A);
            intake.feed();
        }
        settleAll(A);
        intake.feed();
        intake.pauses(consumer);
        assertThat(consumer.paused()).isEmpty();
        assertThat(intake.blocked()).isFalse();
    }

    @Test
    void everythingIsPausedOnceTooMuchIsCarried() {
        Intake intake = intake(4, 15);
        assign(A, B);
        intake.take(polled(Map.of(A, 20), Map.of(A, 20L)));

        intake.feed();
        intake.pauses(consumer);

        assertThat(consumer.paused()).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void aFullRingKeepsTheRestInOrder() {
        Intake intake = intake(1000, 1000);
        assign(A);
        intake.take(polled(Map.of(A, 100), Map.of(A, 100L)));

        intake.feed();
        List<String> seen = new ArrayList<>(drained());
        assertThat(seen).hasSize(64);
        intake.feed();
        seen.addAll(drained());

        assertThat(seen).hasSize(101).last().isEqualTo("POSITION t-0@100");
        assertThat(seen.get(99)).isEqualTo("RECORD t-0@99");
        assertThat(ring.fullCount()).isPositive();
    }

    @Test
    void aWordAboutTheAssignmentIsNeverLostNorOvertakenWhenTheRingIsFull() {
        Intake intake = intake(1000, 1000);
        assign(A);
        intake.take(polled(Map.of(A, 64), Map.of(A, 64L)));
        intake.feed();

        assign(B);
        writer.assigned(state(B));
        assertThat(writer.flushWords()).isFalse();
        intake.take(polled(Map.of(B, 1), Map.of(B, 1L)));
        assertThat(intake.feed()).isZero();
        assertThat(drained()).hasSize(64);
        intake.feed();

        assertThat(drained()).containsExactly("ASSIGNED t-1@0", "RECORD t-1@0", "POSITION t-0@64", "POSITION t-1@1");
    }

    @Test
    void recordsOfAPartitionThatIsGoneAreDropped() {
        Intake intake = intake(10, 1000);
        assign(A);
        intake.take(polled(Map.of(A, 20), Map.of(A, 20L)));
        assignment.remove(List.of(A));

        intake.take(polled(Map.of(A, 5), Map.of(A, 25L)));
        intake.feed();

        assertThat(drained()).isEmpty();
    }

    private Intake intake(long maxRecords, int maxCarried) {
        return new Intake(assignment, writer, new Admission(maxRecords, 1 << 20), stats, maxCarried);
    }

    private void assign(TopicPartition... partitions) {
        for (TopicPartition tp : partitions) {
            assignment.add(List.of(tp)).forEach(state -> {
                state.position = 0;
                state.toldPosition = 0;
            });
        }
        consumer.assign(assignment.topicPartitions());
    }

    private PartitionState state(TopicPartition tp) {
        PartitionState state = assignment.get(tp);
        assertThat(state).isNotNull();
        return java.util.Objects.requireNonNull(state);
    }

    private void settleAll(TopicPartition tp) {
        PartitionState state = state(tp);
        state.board.progress(state.admittedRecords, state.admittedRecords, state.admittedBytes);
    }

    private List<String> drained() {
        List<String> seen = new ArrayList<>();
        ring.drain(slot -> {
            long offset = slot.kind == Kind.RECORD || slot.kind == Kind.POSITION ? slot.offset : 0;
            seen.add(slot.kind + " " + slot.partition + "@" + offset);
        });
        return seen;
    }

    private static ConsumerRecords<byte[], byte[]> polled(
            Map<TopicPartition, Integer> counts, Map<TopicPartition, Long> next) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
        counts.forEach((tp, n) -> {
            List<ConsumerRecord<byte[], byte[]>> list = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                list.add(new ConsumerRecord<>(tp.topic(), tp.partition(), i, new byte[2], new byte[2]));
            }
            records.put(tp, list);
        });
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        next.forEach((tp, offset) -> offsets.put(tp, new OffsetAndMetadata(offset)));
        return new ConsumerRecords<>(records, offsets);
    }
}
