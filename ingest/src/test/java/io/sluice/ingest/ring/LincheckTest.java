package io.sluice.ingest.ring;

import io.sluice.ingest.delivery.Cause;
import io.sluice.ingest.delivery.DeadLetter;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.Outgoing;
import io.sluice.ingest.delivery.PartitionEpoch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * The crossings under a model checker that tries interleavings of their steps: rings against what they would do if
 * each call were one step, the rest against what they promise.
 */
class LincheckTest {
    private static final int INTERLEAVINGS = 100;

    /** A ring with room for all: what is offered is read, in order, at once. Full rings: see the stress tests. */
    public static class Letters {
        private final PublishRing ring = new PublishRing(16);

        @Operation(nonParallelGroup = "lane")
        public boolean offer(@Param(gen = IntGen.class, conf = "1:9") int number) {
            return ring.offer(letter(number));
        }

        @Operation(nonParallelGroup = "publisher")
        public String drain() {
            List<Long> read = new ArrayList<>();
            ring.drain(letter -> read.add(number(letter)));
            return read.toString();
        }

        @Operation(nonParallelGroup = "publisher")
        public boolean hasWork() {
            return ring.hasWork();
        }
    }

    /** Records claimed and published by the batch become visible together. */
    public static class Records {
        private final RecordRing ring = new RecordRing(16, new Doorbell());

        @Operation(nonParallelGroup = "poll")
        public int append(
                @Param(gen = IntGen.class, conf = "1:9") int first,
                @Param(gen = IntGen.class, conf = "1:2") int count) {
            int claimed = ring.claim(count);
            for (int i = 0; i < claimed; i++) {
                ring.claimed(i).offset = first + i;
            }
            ring.publish();
            return claimed;
        }

        @Operation(nonParallelGroup = "lane")
        public String drain() {
            List<Long> read = new ArrayList<>();
            ring.drain(slot -> read.add(slot.offset));
            return read.toString();
        }

        @Operation(nonParallelGroup = "lane")
        public boolean hasWork() {
            return ring.hasWork();
        }

        @Operation(nonParallelGroup = "lane")
        public boolean ready(@Param(gen = IntGen.class, conf = "0:2") int records) {
            return ring.ready(records);
        }

        @Operation(nonParallelGroup = "poll")
        public long backlog() {
            return ring.backlog();
        }
    }

    /**
     * With several producers a reply stays hidden behind one that is still being written, so calls are not single
     * steps; but none is lost or doubled, and each thread's stay in order.
     */
    public static class Replies {
        private final ReplyRing ring = new ReplyRing(16, new Doorbell());
        private final int[] put = new int[8];
        private final int[] read = new int[8];
        private boolean outOfOrder;

        @Operation
        public void put(@Param(gen = ThreadIdGen.class) int thread) {
            ring.put(new Reply.PublishFailed(letter(put[thread]++), Integer.toString(thread)));
        }

        @Operation(nonParallelGroup = "lane")
        public void drain() {
            ring.drain(reply -> {
                Reply.PublishFailed failed = (Reply.PublishFailed) reply;
                outOfOrder |= number(failed.letter()) != read[Integer.parseInt(failed.why())]++;
            });
        }

        @Validate
        public void allAreReadInOrder() {
            drain();
            check(!outOfOrder, "a thread's replies are out of order");
            check(Arrays.equals(read, put), "some are missing, or doubled");
        }
    }

    @Test
    void aPublishRingBehavesAsIfEachCallWereOneStep() {
        options(2).check(Letters.class);
    }

    @Test
    void aRecordRingBehavesAsIfEachCallWereOneStep() {
        options(2).check(Records.class);
    }

    @Test
    void aReplyRingLosesAndDoublesNothing() {
        options(3).actorsPerThread(2).check(Replies.class);
    }

    @Test
    void aDoorbellWakesWhoeverSleepsWithoutWork() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Doorbell doorbell = new Doorbell();
            AtomicInteger work = new AtomicInteger();
            Thread caller = new Thread(() -> {
                work.setRelease(1);
                doorbell.ring();
            });
            caller.start();
            while (work.getAcquire() == 0) {
                doorbell.await(TimeUnit.HOURS.toNanos(1), () -> work.getAcquire() == 1);
            }
            join(caller);
        });
    }

    @Test
    void aPollThreadThatIsSatisfiedHearsWhenItIsNot() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            RecordRing ring = new RecordRing(2, new Doorbell());
            Doorbell room = new Doorbell();
            Thread lane = new Thread(() -> {
                ring.drain(slot -> {});
                if (ring.ready(0)) {
                    room.ring();
                }
            });
            ring.claim(1);
            ring.publish();
            lane.start();
            while (ring.backlog() > 0) {
                room.await(TimeUnit.HOURS.toNanos(1), () -> ring.backlog() == 0);
            }
            join(lane);
        });
    }

    @Test
    void whoeverAsksIsAnsweredByTheNextCycle() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Inquiry<Integer> inquiry = new Inquiry<>();
            AtomicInteger clock = new AtomicInteger();
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            Thread operator = new Thread(() -> answers.add(inquiry.ask()));
            Thread lane = new Thread(() -> inquiry.answer(clock::incrementAndGet));
            operator.start();
            lane.start();
            CompletableFuture<Integer> mine = inquiry.ask();
            join(operator);
            join(lane);
            inquiry.answer(clock::incrementAndGet);
            check(mine.isDone() && answers.get(0).isDone(), "somebody has no answer");
            check(!inquiry.isOpen(), "still open");
        });
    }

    @Test
    void completionsAreNeverNewerThanTheirPosition() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            CommitBoard board = new CommitBoard(new PartitionEpoch("t", 0, 1));
            Thread lane = new Thread(() -> {
                board.progress(1, 1, 1);
                board.completions("1");
                board.progress(2, 2, 2);
                board.completions("2");
            });
            lane.start();
            Position position = board.position();
            join(lane);
            String completions = position.completions();
            check(completions.isEmpty() || Long.parseLong(completions) <= position.offset(), "completions are newer");
        });
    }

    @Test
    void aPatientPollThreadGetsEveryAnswer() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            PartitionEpoch p0 = new PartitionEpoch("t", 0, 1);
            PartitionEpoch p1 = new PartitionEpoch("t", 1, 2);
            Revocation revocation = new Revocation(List.of(p0, p1), 0, false);
            Thread lane = new Thread(() -> {
                revocation.answer(p0, new Position(5, ""));
                revocation.answer(p1, new Position(7, ""));
            });
            lane.start();
            try {
                check(revocation.await(TimeUnit.HOURS.toNanos(1)).size() == 2, "an answer is missing");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            join(lane);
        });
    }

    private static ModelCheckingOptions options(int threads) {
        return new ModelCheckingOptions()
                .iterations(5)
                .invocationsPerIteration(INTERLEAVINGS)
                .threads(threads)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1);
    }

    /** Plain, because the checker follows every call made here. */
    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long number(Outgoing letter) {
        return ((DeadLetter) letter).failedNs();
    }

    private static DeadLetter letter(long number) {
        return new DeadLetter(null, Cause.REJECT, "", "", Header.NONE, "", number);
    }
}
