package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.ring.Doorbell;
import io.sluice.ingest.ring.RecordRing;
import io.sluice.ingest.ring.RecordSlot.Kind;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A lane that has enough to send is given no more, whatever the budget would allow. */
class BacklogTest {
    private static final TopicPartition A = new TopicPartition("t", 0);
    private static final int POLLED = 3 * RingWriter.BACKLOG;

    private final PollStats stats = new PollStats();
    private final RecordRing ring = new RecordRing(2 * RingWriter.BACKLOG, new Doorbell());
    private final RetryTopics retry = new RetryTopics("p", Map.of(), Clock.systemUTC());
    private final RingWriter writer = new RingWriter(ring, stats, retry);
    private final Assignment assignment = new Assignment(retry, null);
    private final Admission budget = new Admission(1 << 20, 1 << 30);
    private final Pauses pauses = new Pauses(assignment, budget, stats, POLLED);
    private final Intake intake = new Intake(assignment, writer, budget, stats, pauses);

    @BeforeEach
    void muchIsPolled() {
        assignment.add(List.of(A)).forEach(state -> {
            state.position = 0;
            state.toldPosition = 0;
        });
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < POLLED; i++) {
            records.add(new ConsumerRecord<>("t", 0, i, null, new byte[1]));
        }
        intake.take(new ConsumerRecords<>(Map.of(A, records), Map.of(A, new OffsetAndMetadata(POLLED))));
    }

    /** What the lane does in a cycle: it reads all, and cannot send so many of those that it has. */
    private int laneReads(int notSent) {
        int n = ring.drain(slot -> assertThat(slot.kind).isEqualTo(Kind.RECORD));
        ring.ready(notSent);
        return n;
    }

    @Test
    void noMoreIsAdmittedThanCanBeSentSoon() {
        assertThat(intake.feed()).isEqualTo(RingWriter.BACKLOG);
        assertThat(laneReads(RingWriter.BACKLOG)).isEqualTo(RingWriter.BACKLOG);
        assertThat(intake.feed()).as("read, and not sent").isZero();
        laneReads(RingWriter.BACKLOG - 3);
        assertThat(intake.feed()).isEqualTo(3);
    }

    @Test
    void recordsThatWaitForSomethingElseThanAStreamTakeNoRoom() {
        intake.feed();
        laneReads(0);
        assertThat(intake.feed()).isEqualTo(RingWriter.BACKLOG);
        laneReads(0);
        assertThat(intake.feed()).isEqualTo(RingWriter.BACKLOG);
        assertThat(stats.budgetFullCount()).isZero();
    }

    @Test
    void aBacklogThatGrewWhenAStreamWasLostIsWorkedOffFirst() {
        intake.feed();
        laneReads(0);
        intake.feed();
        laneReads(2 * RingWriter.BACKLOG);
        assertThat(intake.feed()).isZero();
        laneReads(RingWriter.BACKLOG + 1);
        assertThat(intake.feed()).isZero();
        laneReads(RingWriter.BACKLOG - 1);
        assertThat(intake.feed()).isEqualTo(1);
    }

    @Test
    void roomIsWhatTheLaneSaysAndNotWhatIsSettled() {
        intake.feed();
        laneReads(RingWriter.BACKLOG);
        intake.feed();
        assertThat(intake.roomChanged()).isFalse();
        PartitionState state = assignment.all().get(0);
        state.board.progress(5, 5, 5);
        assertThat(intake.roomChanged()).as("settled, and nothing was sent").isFalse();
        laneReads(RingWriter.BACKLOG - 1);
        assertThat(intake.roomChanged()).isTrue();
    }

    @Test
    void aPartitionWhoseRecordsWaitIsPausedAndWordsStillPass() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        consumer.assign(assignment.topicPartitions());
        intake.feed();
        laneReads(RingWriter.BACKLOG);
        pauses.apply(consumer, 1);
        assertThat(consumer.paused()).containsExactly(A);
        writer.assigned(assignment.all().get(0));
        intake.feed();
        List<Kind> kinds = new ArrayList<>();
        ring.drain(slot -> kinds.add(slot.kind));
        assertThat(kinds).containsExactly(Kind.ASSIGNED);
    }
}
