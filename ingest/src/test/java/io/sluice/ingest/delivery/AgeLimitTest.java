package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code retry.max_age}: 10 s here, with 1,000 attempts allowed. */
class AgeLimitTest {
    private static final long MAX_AGE_MS = 10_000;

    private final World world = new World(aged(1_000));
    private final PartitionEpoch p0 = world.assign("t", 0);

    private DeadLetter onlyLetter() {
        assertThat(world.letters).hasSize(1);
        return world.letters.get(0);
    }

    private static DeliverySettings aged(int maxAttempts) {
        return Settings.of(Ordering.KEY).age(maxAttempts, MAX_AGE_MS * World.MS).build();
    }

    @Test
    void aRecordThatKeepsFailingIsGivenUpWhenItsNextAttemptWouldComeTooLate() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.cycle();
        long firstNs = world.nowNs;
        while (world.letters.isEmpty()) {
            stream.answer(stream.last(), retry(0, 700, Scope.RECORD), verdict(1, 1, Outcome.RELEASE));
            if (world.letters.isEmpty()) {
                world.pass(700);
            }
        }
        assertThat(onlyLetter().cause()).isEqualTo(Cause.EXPIRED);
        assertThat(onlyLetter().code()).as("of the last failure").isEqualTo("BUSY");
        assertThat(onlyLetter().processor()).isEqualTo("p/1 i");
        // The 15th failure, at 9.8 s: the next attempt would come at 10.5 s.
        assertThat(onlyLetter().entry().attempts()).isEqualTo(15);
        assertThat(world.nowNs - firstNs).isEqualTo(9_800 * World.MS);
        world.cycle();
        assertThat(stream.last().offsets()).as("its key goes on").containsExactly(1L);
    }

    @Test
    void aRecordWhoseProcessorAsksForMoreTimeThanItHasIsGivenUpAtOnce() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.cycle();
        stream.answer(stream.last(), retry(0, MAX_AGE_MS, Scope.RECORD));

        assertThat(onlyLetter().cause()).isEqualTo(Cause.EXPIRED);
    }

    @Test
    void aRecordThatCannotBeSentIsGivenUpAtItsDeadline() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.cycle();
        stream.answer(stream.last(), retry(0, 100, Scope.RECORD));
        stream.die();
        world.pass(MAX_AGE_MS - 1);
        assertThat(world.letters).isEmpty();
        assertThat(world.delivery.idleNs(world.nowNs, 1_000 * World.MS)).isEqualTo(World.MS);

        world.pass(1);

        assertThat(onlyLetter().cause()).isEqualTo(Cause.EXPIRED);
        world.delivery.published(onlyLetter(), world.nowNs);
        world.cycle();
        assertThat(world.committable).containsEntry(p0, 1L);
    }

    @Test
    void aRecordThatWaitsForItsPartitionIsGivenUpAtItsDeadline() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "b");
        world.cycle();
        stream.answer(stream.last(), retry(0, 0, Scope.RECORD), retry(1, 3_600_000, Scope.PARTITION));
        world.pass(MAX_AGE_MS);

        assertThat(onlyLetter().entry().offset()).isZero();
        assertThat(world.delivery.partitions().liveRecords()).isEqualTo(2);
    }

    @Test
    void aFailureOfTheSurroundingsBeginsNoAge() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.cycle();
        for (int i = 0; i < 20; i++) {
            stream.answer(stream.last(), retry(0, 1_000, i % 2 == 0 ? Scope.PARTITION : Scope.PIPELINE));
            world.pass(1_000);
        }
        assertThat(world.letters).isEmpty();
        stream.answer(stream.last(), retry(0, 1_000, Scope.RECORD));
        assertThat(world.letters).as("the first failure of its own").isEmpty();

        world.pass(MAX_AGE_MS);
        stream.answer(stream.last(), retry(0, 0, Scope.RECORD));

        assertThat(onlyLetter().cause()).isEqualTo(Cause.EXPIRED);
    }

    @Test
    void aReleaseIsNoFailureButARecordThatHasFailedIsGivenUpWhenItComesBackTooOld() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "fresh");
        world.receive(p0, 1, "failed");
        world.cycle();
        stream.answer(stream.last(), verdict(0, 1, Outcome.RELEASE), retry(1, 100, Scope.RECORD));
        world.pass(100);
        World.Sent fresh = stream.batches.get(1);
        assertThat(fresh.offsets()).containsExactlyInAnyOrder(0L, 1L);
        world.pass(MAX_AGE_MS);
        assertThat(world.letters).as("it is being worked on").isEmpty();

        stream.answer(fresh, verdict(0, 2, Outcome.RELEASE));

        assertThat(onlyLetter().entry().offset()).isEqualTo(1);
        world.pass(1_000);
        assertThat(stream.last().offsets()).containsExactly(0L);
    }

    @Test
    void anAttemptThatSucceedsAfterTheDeadlineCounts() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.cycle();
        stream.answer(stream.last(), retry(0, 100, Scope.RECORD));
        world.pass(100);
        world.pass(2 * MAX_AGE_MS);
        stream.ack(stream.last());

        assertThat(world.letters).isEmpty();
        assertThat(world.committable).containsEntry(p0, 1L);
        world.receive(p0, 1, "b");
        world.cycle();
        world.pass(2 * MAX_AGE_MS);
        assertThat(world.letters)
                .as("the pooled entry carries no deadline over")
                .isEmpty();
    }

    @Test
    void leasesThatRunOutAreFailures() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.cycle();
        world.pass(30_000);
        assertThat(world.letters).isEmpty();
        world.pass(1_000);
        assertThat(stream.batches).hasSize(2);

        world.pass(30_000);

        assertThat(onlyLetter().cause()).isEqualTo(Cause.EXPIRED);
        assertThat(onlyLetter().code()).isEqualTo("LEASE_EXPIRED");
    }

    @Test
    void theLastAttemptIsStillTheLast() {
        World strict = new World(aged(1));
        PartitionEpoch p = strict.assign("t", 0);
        FakeStream stream = strict.stream(10);
        strict.receive(p, 0, "a");
        strict.cycle();
        stream.answer(stream.last(), retry(0, 0, Scope.RECORD));

        assertThat(strict.letters)
                .singleElement()
                .satisfies(l -> assertThat(l.cause()).isEqualTo(Cause.ATTEMPTS));
    }

    @Test
    void aRecordBehindAnUnwritableLetterKeepsItsTurn() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.cycle();
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT), retry(1, 100, Scope.RECORD));
        world.delivery.publishFailed(world.letters.get(0), "no topic", world.nowNs);
        world.pass(2 * MAX_AGE_MS);
        assertThat(world.letters)
                .as("offered again")
                .allMatch(letter -> letter.entry().offset() == 0);

        world.delivery.published(world.letters.get(0), world.nowNs);
        world.cycle();

        assertThat(stream.last().offsets()).containsExactly(1L);
        stream.answer(stream.last(), retry(0, 100, Scope.RECORD));
        assertThat(world.letters.get(world.letters.size() - 1).cause()).isEqualTo(Cause.EXPIRED);
    }

    @Test
    void whileDeadLettersFloodARecordKeepsItsTurn() {
        FloodPolicy flood = new FloodPolicy(true, 1, 10, 2, 60_000 * World.MS);
        World w = new World(Settings.of(Ordering.KEY)
                .age(1_000, MAX_AGE_MS * World.MS)
                .flood(flood)
                .build());
        PartitionEpoch p = w.assign("t", 0);
        FakeStream stream = w.stream(10);
        for (int i = 0; i < 3; i++) {
            w.receive(p, i, "k" + i);
        }
        w.cycle();
        stream.answer(stream.last(), retry(0, 100, Scope.RECORD), verdict(1, 2, Outcome.REJECT));
        w.pass(2 * MAX_AGE_MS);
        assertThat(w.letters).hasSize(2);

        w.pass(40_000);

        assertThat(stream.last().offsets()).containsExactly(0L);
        stream.ack(stream.last());
        assertThat(w.letters).hasSize(2);
    }

    @Test
    void nothingIsLeftOfAPartitionThatIsGone() {
        FakeStream stream = world.stream(10);
        for (int i = 0; i < 5; i++) {
            world.receive(p0, i, "k" + i);
        }
        world.cycle();
        stream.answer(stream.last(), retry(0, 100, Scope.RECORD), retry(1, 5_000, Scope.RECORD));
        world.delivery.lost(List.of(p0), world.nowNs);
        world.pass(MAX_AGE_MS);

        assertThat(world.letters).isEmpty();
        assertThat(world.delivery.queues().deadlines.size()).isZero();
    }

    @Test
    void theAgeGoesOnWithTheNextOwner() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.cycle();
        stream.answer(stream.last(), retry(0, 5_000, Scope.RECORD));
        world.pass(4_000);
        World next = new World(aged(1_000));
        next.nowNs = world.nowNs;
        PartitionEpoch p = next.assign("t", 0);
        next.delivery.restored(
                p,
                CompletionCodec.decode(world.completions.get(p0), "p", "t", 0, 0)
                        .completions());
        next.receive(p, 0, "a");
        next.pass(5_000);
        assertThat(next.letters).isEmpty();

        next.pass(1_000);

        assertThat(next.letters).singleElement().satisfies(l -> {
            assertThat(l.cause()).isEqualTo(Cause.EXPIRED);
            assertThat(l.entry().attempts()).isEqualTo(1);
        });
    }

    @Test
    void aRecordThatComesBackFailedBehindAnotherOfItsKeyKeepsItsTurn() {
        Completions.Note failed = new Completions.Note(1, 2, 0, world.nowNs / World.MS);
        world.delivery.restored(p0, new Completions(new long[0], new long[0], new Completions.Note[] {failed}, 0));
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.pass(2 * MAX_AGE_MS);
        assertThat(world.letters).isEmpty();
        FakeStream stream = world.stream(10);
        world.cycle();

        stream.answer(stream.last(), VerdictRange.ack(0, 1), retry(1, 100, Scope.RECORD));

        assertThat(onlyLetter().cause()).isEqualTo(Cause.EXPIRED);
        assertThat(onlyLetter().entry().attempts()).isEqualTo(3);
    }

    @Test
    void aRecordOfAPartitionThatIsGivenUpIsLeftToTheNextOwner() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "b");
        world.cycle();
        stream.answer(stream.last(), retry(0, 9_000, Scope.RECORD));
        world.delivery.revoke(List.of(p0), world.nowNs + 15_000 * World.MS, world.nowNs);
        world.pass(8_000); // more than half of the time is over: nothing is sent any more
        world.pass(MAX_AGE_MS - 8_000);
        assertThat(world.letters).isEmpty();

        stream.answer(stream.batches.get(0), VerdictRange.ack(1, 1));

        assertThat(world.revoked).containsEntry(p0, 0L);
        assertThat(world.letters).isEmpty();
        assertThat(world.delivery.queues().deadlines.size()).isZero();
    }
}
