package io.sluice.ingest.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.Cause;
import io.sluice.ingest.delivery.DeadLetter;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.PartitionEpoch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RingsTest {
    private static final int MANY = 200_000;
    private static final PartitionEpoch P0 = new PartitionEpoch("t", 0, 1);

    private final Doorbell doorbell = new Doorbell();

    @Test
    void recordsArriveInOrderAndSlotsPinNothing() {
        RecordRing ring = new RecordRing(8, doorbell);
        assertThat(ring.claim(3)).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            ring.claimed(i).offset = i;
            ring.claimed(i).value = new byte[1];
        }
        assertThat(ring.hasWork()).as("not before it is published").isFalse();
        ring.publish();
        List<Long> offsets = new ArrayList<>();
        List<RecordSlot> slots = new ArrayList<>();
        ring.drain(slot -> {
            offsets.add(slot.offset);
            slots.add(slot);
        });
        assertThat(offsets).containsExactly(0L, 1L, 2L);
        assertThat(slots).allMatch(slot -> slot.value == null);
        assertThat(ring.size()).isZero();
    }

    @Test
    void aFullRecordRingTakesWhatFitsThenNothingAndCountsIt() {
        RecordRing ring = new RecordRing(8, doorbell);
        assertThat(ring.claim(20)).isEqualTo(8);
        ring.publish();
        assertThat(ring.claim(1)).isZero();
        assertThat(ring.fullCount()).isEqualTo(1);
        ring.drain(slot -> {});
        assertThat(ring.claim(1)).isEqualTo(1);
    }

    @Test
    void theBacklogIsWhatLiesInTheRingAndWhatTheLaneHasNotSent() {
        RecordRing ring = new RecordRing(8, doorbell);
        assertThat(ring.backlog()).isZero();
        ring.claim(5);
        ring.publish();
        assertThat(ring.backlog()).isEqualTo(5);
        ring.drain(slot -> {});
        assertThat(ring.backlog())
                .as("read, and the lane has not yet said what became of it")
                .isEqualTo(5);
        ring.ready(3);
        assertThat(ring.backlog()).isEqualTo(3);
        ring.claim(2);
        ring.publish();
        assertThat(ring.backlog()).isEqualTo(5);
        ring.drain(slot -> {});
        ring.ready(0);
        assertThat(ring.backlog()).isZero();
    }

    @Test
    void aSleepingLaneIsWokenForEveryRecord() throws InterruptedException {
        RecordRing ring = new RecordRing(64, doorbell);
        AtomicLong sum = new AtomicLong();
        AtomicInteger seen = new AtomicInteger();
        Thread lane = new Thread(() -> {
            while (seen.get() < MANY) {
                if (ring.drain(slot -> {
                            sum.addAndGet(slot.offset);
                            seen.incrementAndGet();
                        })
                        == 0) {
                    doorbell.await(TimeUnit.SECONDS.toNanos(30), ring::hasWork);
                }
            }
        });
        lane.start();
        for (long sent = 0; sent < MANY; ) {
            int n = ring.claim((int) Math.min(7, MANY - sent));
            for (int i = 0; i < n; i++) {
                ring.claimed(i).offset = sent++;
            }
            if (n > 0) {
                ring.publish();
            } else if (Thread.interrupted()) {
                throw new InterruptedException("the lane slept beside its work for too long");
            } else {
                Thread.yield();
            }
        }
        lane.join(50_000);
        assertThat(seen.get()).isEqualTo(MANY);
        assertThat(sum.get()).isEqualTo((long) MANY * (MANY - 1) / 2);
    }

    @Test
    void everyPublishedRecordWakesASleeper() throws InterruptedException {
        RecordRing ring = new RecordRing(8, doorbell);
        assertWakes(ns -> doorbell.await(ns, ring::hasWork), () -> ring.drain(slot -> {}), () -> {
            ring.claim(1);
            ring.publish();
        });
    }

    @Test
    void everyLetterWakesASleeper() throws InterruptedException {
        PublishRing ring = new PublishRing(8);
        assertWakes(ns -> ring.await(ns, () -> false), () -> ring.drain(letter -> {}), () -> ring.offer(letter(1)));
    }

    /** The producer offers only once the consumer is asleep, so that nothing but a bell can wake it in time. */
    private static void assertWakes(LongConsumer sleep, Runnable drain, Runnable offer) throws InterruptedException {
        long limitNs = TimeUnit.SECONDS.toNanos(10);
        AtomicLong sleptNs = new AtomicLong();
        Thread consumer = new Thread(() -> {
            long before = System.nanoTime();
            sleep.accept(limitNs);
            sleptNs.set(System.nanoTime() - before);
            drain.run();
        });
        consumer.setDaemon(true);
        consumer.start();
        while (consumer.getState() != Thread.State.TIMED_WAITING && consumer.isAlive()) {
            Thread.onSpinWait();
        }
        offer.run();
        consumer.join(TimeUnit.NANOSECONDS.toMillis(2 * limitNs));
        assertThat(sleptNs.get()).as("slept beside work").isPositive().isLessThan(limitNs);
    }

    @Test
    void repliesOfManyThreadsAllArriveEachThreadsInOrder() throws InterruptedException {
        ReplyRing ring = new ReplyRing(16, doorbell);
        int threads = 4;
        int each = 20_000;
        CountDownLatch go = new CountDownLatch(1);
        for (int t = 0; t < threads; t++) {
            String name = Integer.toString(t);
            Thread thread = new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int i = 0; i < each; i++) {
                    ring.put(new Reply.PublishFailed(letter(i), name));
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        go.countDown();
        long[] next = new long[threads];
        int[] seen = {0};
        while (seen[0] < threads * each) {
            int n = ring.drain(reply -> {
                Reply.PublishFailed failed = (Reply.PublishFailed) reply;
                int thread = Integer.parseInt(failed.why());
                assertThat(((DeadLetter) failed.letter()).failedNs()).isEqualTo(next[thread]++);
                seen[0]++;
            });
            if (n == 0) {
                doorbell.await(TimeUnit.SECONDS.toNanos(30), ring::hasWork);
            }
        }
        assertThat(Arrays.stream(next).sum()).isEqualTo((long) threads * each);
        assertThat(ring.hasWork()).isFalse();
    }

    @Test
    void aFullPublishRingRefusesAndCountsIt() {
        PublishRing ring = new PublishRing(2);
        assertThat(ring.offer(letter(0))).isTrue();
        assertThat(ring.offer(letter(1))).isTrue();
        assertThat(ring.offer(letter(2))).isFalse();
        assertThat(ring.fullCount()).isEqualTo(1);
        List<Long> seen = new ArrayList<>();
        ring.drain(letter -> seen.add(((DeadLetter) letter).failedNs()));
        assertThat(seen).containsExactly(0L, 1L);
        assertThat(ring.offer(letter(2))).isTrue();
    }

    @Test
    void aRevocationGivesTheAnswersThatCameInTime() throws InterruptedException {
        PartitionEpoch p1 = new PartitionEpoch("t", 1, 2);
        Revocation revocation = new Revocation(List.of(P0, p1), 0, false);
        revocation.answer(P0, new Position(5, ""));
        revocation.answer(P0, new Position(6, "x"));
        assertThat(revocation.await(1)).as("one answer each").isEqualTo(Map.of(P0, new Position(6, "x")));
        revocation.answer(p1, new Position(-1, ""));
        assertThat(revocation.await(TimeUnit.SECONDS.toNanos(30))).hasSize(2);
    }

    @Test
    void aBoardShowsWhatEachSideWrote() {
        CommitBoard board = new CommitBoard(P0);
        assertThat(board.committable()).isEqualTo(-1);
        board.progress(7, 3, 300);
        board.completions("x");
        board.committed(5);
        board.logEnd(9);
        board.paused(true);
        assertThat(List.of(
                        board.committable(),
                        board.settledRecords(),
                        board.settledBytes(),
                        board.committed(),
                        board.logEnd()))
                .containsExactly(7L, 3L, 300L, 5L, 9L);
        assertThat(board.paused()).isTrue();
        assertThat(board.position()).isEqualTo(new Position(7, "x"));
    }

    private static DeadLetter letter(long number) {
        return new DeadLetter(null, Cause.REJECT, "", "", Header.NONE, "", number);
    }
}
