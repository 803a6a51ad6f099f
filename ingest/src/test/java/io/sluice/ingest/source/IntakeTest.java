package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.Batches;
import io.sluice.ingest.delivery.Delayed;
import io.sluice.ingest.delivery.Entry;
import io.sluice.ingest.delivery.Origin;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.delivery.RetryHeaders;
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
    private static final TopicPartition OWN = new TopicPartition("own", 0);
    private static final long DELAY_NS = 3_600_000_000_000L;

    private final Clock clock = Clock.systemUTC();
    private final RetryTopics retry = new RetryTopics("p", Map.of("own", DELAY_NS), clock);
    private final RingWriter writer = new RingWriter(ring, stats, retry);
    private final Assignment assignment = new Assignment(retry, null);
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private Pauses pauses;
    private long nowNs = 1;

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
        state(B).board.logEnd(100);
        intake.take(polled(Map.of(A, 20), Map.of(A, 20L)));

        intake.feed();
        pauses.apply(consumer, nowNs);
        assertThat(consumer.paused()).as("the other has records to fetch").containsExactly(A);
        assertThat(state(A).board.paused()).isTrue();
        assertThat(pauses.waiting()).isTrue();

        handOver(intake, A);
        pauses.apply(consumer, nowNs);
        assertThat(consumer.paused()).isEmpty();
        assertThat(pauses.waiting()).isFalse();
    }

    @Test
    void aQuietPartitionIsNotFetchedAloneWhileABusyOneMovesOn() {
        Intake intake = intake(10, 1000);
        assign(A, B);
        intake.take(polled(Map.of(A, 20), Map.of(A, 20L)));

        intake.feed();
        pauses.apply(consumer, nowNs);
        assertThat(consumer.paused()).containsExactlyInAnyOrder(A, B);
        assertThat(stats.pausedPartitions()).as("those that wait for room").isEqualTo(1);
        assertThat(state(B).board.paused()).isFalse();

        handOver(intake, A);
        pauses.apply(consumer, nowNs);
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void aQuietPartitionIsFetchedAgainOnceTheBusyOneTurnsOutToBeSlow() {
        Intake intake = intake(10, 1000);
        assign(A, B);
        intake.take(polled(Map.of(A, 20), Map.of(A, 20L)));
        intake.feed();
        pauses.apply(consumer, nowNs);
        assertThat(consumer.paused()).contains(B);

        nowNs += HandOver.SLOW_NS / 2;
        pauses.apply(consumer, nowNs);
        assertThat(consumer.paused()).containsExactly(A);

        // Slow is what it stays, over the next poll too, until it was seen to be fast for a while.
        handOver(intake, A);
        pauses.apply(consumer, nowNs);
        assertThat(consumer.paused()).isEmpty();
        intake.take(polled(Map.of(A, 20), Map.of(A, 40L)));
        intake.feed();
        pauses.apply(consumer, nowNs);
        assertThat(consumer.paused()).containsExactly(A);

        long before = state(A).admittedRecords;
        while (state(A).admittedRecords - before < 10) {
            settleAll(A);
            intake.feed();
        }
        nowNs += HandOver.SLOW_NS / 2;
        pauses.apply(consumer, nowNs);
        assertThat(consumer.paused())
                .as("half of what a poll brings, in half the time")
                .containsExactlyInAnyOrder(A, B);
    }

    @Test
    void everythingIsPausedOnceTooMuchIsCarried() {
        Intake intake = intake(4, 15);
        assign(A, B);
        intake.take(polled(Map.of(A, 20), Map.of(A, 20L)));

        intake.feed();
        pauses.apply(consumer, nowNs);

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

    @Test
    void whatIsNotDueWaitsWithoutTakingRoomAndIsReadAgain() {
        Intake intake = intake(1_000, 100);
        assign(A, OWN);
        long hourAgoMs = clock.millis() - 3_700_000;
        intake.take(delayed(0, 3, hourAgoMs));
        intake.take(delayed(3, 500, clock.millis()));
        intake.take(polled(Map.of(A, 20), Map.of(A, 20L)));

        intake.feed();
        pauses.apply(consumer, nowNs);

        assertThat(drained())
                .filteredOn(s -> s.startsWith("RECORD"))
                .filteredOn(s -> s.contains("own"))
                .containsExactly("RECORD own-0@0", "RECORD own-0@1", "RECORD own-0@2");
        assertThat(pauses.waiting()).as("nothing waits for room").isFalse();
        assertThat(consumer.paused()).containsExactly(OWN);
        assertThat(state(OWN).carry).hasSize(100);
        assertThat(consumer.position(OWN)).as("the rest is read again").isEqualTo(103);
        assertThat(state(OWN).board.paused()).isFalse();
    }

    @Test
    void aRecordOfARetryTopicIsHandedOverAsItWas() {
        Intake intake = intake(1_000, 100);
        assign(OWN);
        intake.take(delayed(0, 1, clock.millis() - 3_700_000));
        intake.feed();

        List<Origin> origins = new ArrayList<>();
        ring.drain(slot -> {
            if (slot.kind == Kind.RECORD) {
                origins.add(slot.origin);
                assertThat(slot.headers).isEmpty();
            }
        });
        assertThat(origins).singleElement().satisfies(origin -> {
            assertThat(origin.topic()).isEqualTo("t");
            assertThat(origin.fault()).isEmpty();
        });
    }

    @Test
    void aRecordWithoutItsHeadersIsHandedOverAsForeign() {
        Intake intake = intake(1_000, 100);
        assign(OWN);
        intake.take(polled(Map.of(OWN, 1), Map.of(OWN, 1L)));
        intake.feed();

        List<Origin> origins = new ArrayList<>();
        ring.drain(slot -> origins.add(slot.origin));
        assertThat(origins.get(0).fault()).isEqualTo("pipeline p has not put this record into its retry topic own");
    }

    /** Records of the retry topic as the publisher writes them at a time. */
    private ConsumerRecords<byte[], byte[]> delayed(long from, int count, long writtenMs) {
        Entry entry = Batches.entry(new PartitionEpoch("t", 1, 1), 7, null, new byte[2]);
        List<ConsumerRecord<byte[], byte[]>> list = new ArrayList<>();
        for (long offset = from; offset < from + count; offset++) {
            ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("own", 0, offset, null, new byte[2]);
            RetryHeaders.write(
                            new Delayed(entry, 0, 0),
                            "p",
                            DELAY_NS,
                            new RetryHeaders.Moment(System.nanoTime(), writtenMs),
                            true)
                    .forEach(h -> record.headers().add(h.name(), h.value()));
            list.add(record);
        }
        return new ConsumerRecords<>(Map.of(OWN, list), Map.of(OWN, new OffsetAndMetadata(from + count)));
    }

    private Intake intake(long maxRecords, int maxCarried) {
        Admission budget = new Admission(maxRecords, 1 << 20);
        pauses = new Pauses(assignment, budget, stats, maxCarried);
        return new Intake(assignment, writer, budget, stats, pauses);
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

    /** Settles all there is until nothing of a partition waits any more. */
    private void handOver(Intake intake, TopicPartition tp) {
        do {
            settleAll(tp);
            intake.feed();
        } while (!state(tp).carry.isEmpty());
        settleAll(tp);
        intake.feed();
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
