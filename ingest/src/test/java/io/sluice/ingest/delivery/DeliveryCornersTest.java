package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.ingest.delivery.DeliveryStats.Stale;
import io.sluice.ingest.delivery.DeliveryView.Blocker;
import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens when two things meet that seldom do. */
class DeliveryCornersTest {
    private final World world = new World(World.SETTINGS);
    private final PartitionEpoch p0 = world.assign("t", 0);

    private void receive(int count) {
        for (int i = 0; i < count; i++) {
            world.receive(p0, i, "k" + i);
        }
        world.cycle();
    }

    private long stale(Stale reason) {
        return world.delivery.stats().stale(reason).get();
    }

    // Letters.

    @Test
    void answersForLettersOfAPartitionThatIsGoneChangeNothing() {
        FakeStream stream = world.stream(10);
        receive(2);
        stream.answer(stream.last(), verdict(0, 2, Outcome.REJECT));
        world.delivery.lost(List.of(p0), world.nowNs);
        world.delivery.published(world.letters.get(0), world.nowNs);
        world.delivery.publishFailed(world.letters.get(1), "no", world.nowNs);
        world.cycle();
        assertThat(world.delivery.stats().deadLettered(Cause.REJECT).get()).isZero();
        assertThat(world.delivery.desk().held()).isZero();
    }

    @Test
    void aLetterThatFoundNoRoomIsNotWrittenWhenItsPartitionIsGone() {
        FakeStream stream = world.stream(10);
        receive(1);
        world.publisherFull = true;
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT));
        world.delivery.lost(List.of(p0), world.nowNs);
        world.publisherFull = false;
        world.cycle();
        assertThat(world.letters).isEmpty();
        assertThat(world.delivery.desk().waiting()).isZero();
    }

    @Test
    void aLetterThatFailsAgainWaitsLongerAndIsHeldOnce() {
        FakeStream stream = world.stream(10);
        receive(1);
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT));
        world.delivery.publishFailed(world.letters.get(0), "no", world.nowNs);
        world.pass(100);
        world.delivery.publishFailed(world.letters.get(1), "still no", world.nowNs);
        world.pass(199);
        assertThat(world.letters).hasSize(2);
        assertThat(world.delivery.desk().held()).isEqualTo(1);
        world.pass(1);
        assertThat(world.letters).hasSize(3);
        world.delivery.published(world.letters.get(2), world.nowNs);
        world.cycle();
        assertThat(world.delivery.desk().held()).isZero();
        assertThat(world.committable).containsEntry(p0, 1L);
    }

    @Test
    void aLetterThatIsWrittenWhileItsKeyIsBusyLeavesTheKeyAlone() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.cycle();
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT));
        world.delivery.published(world.letters.get(0), world.nowNs);
        world.cycle();
        assertThat(stream.batches).hasSize(1);
        stream.answer(stream.last(), VerdictRange.ack(1, 1));
        assertThat(world.committable).containsEntry(p0, 2L);
    }

    // Verdicts.

    @Test
    void aVerdictForARevokedRecordIsStaleAndTheRestOfItsFrameCounts() {
        PartitionEpoch p1 = world.assign("t", 1);
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.receive(p1, 0, "b");
        world.cycle();
        world.delivery.lost(List.of(p0), world.nowNs);
        stream.ack(stream.last());
        assertThat(stale(Stale.REVOKED)).isEqualTo(1);
        assertThat(world.committable).containsEntry(p1, 1L);
    }

    @Test
    void aRecordJudgedTwiceInOneFrameKeepsTheFirstVerdict() {
        FakeStream stream = world.stream(10);
        receive(1);
        stream.answer(stream.last(), VerdictRange.ack(0, 1), verdict(0, 1, Outcome.REJECT));
        assertThat(stale(Stale.DUPLICATE)).isEqualTo(1);
        assertThat(world.letters).isEmpty();
    }

    @Test
    void batchNumbersThatAreNoneBreakTheContract() {
        FakeStream stream = world.stream(10);
        receive(1);
        assertThat(stream.answer(0, VerdictRange.ack(0, 1))).contains("batch 0 was never sent");
    }

    @Test
    void whatADrainingProcessorReleasesGoesToAnotherAtOnce() {
        FakeStream stream = world.stream(10);
        receive(1);
        world.delivery.draining(stream);
        FakeStream other = world.stream(10);
        stream.answer(stream.last(), verdict(0, 1, Outcome.RELEASE));
        assertThat(other.batches).hasSize(1);
    }

    @Test
    void theLongerOfTwoHoldsCounts() {
        for (Scope scope : List.of(Scope.PARTITION, Scope.PIPELINE)) {
            for (boolean longFirst : new boolean[] {true, false}) {
                World w = new World(World.SETTINGS);
                PartitionEpoch p = w.assign("t", 0);
                FakeStream stream = w.stream(10);
                w.receive(p, 0, "a");
                w.receive(p, 1, "b");
                w.cycle();
                stream.answer(
                        stream.last(), retry(0, longFirst ? 500 : 50, scope), retry(1, longFirst ? 50 : 500, scope));
                w.pass(499);
                assertThat(stream.batches).as(scope + " " + longFirst).hasSize(1);
                w.pass(1);
                assertThat(stream.last().size()).as(scope + " " + longFirst).isEqualTo(2);
            }
        }
    }

    @Test
    void aWideRetryWithoutATimeWaitsThePipelinesBackoff() {
        FakeStream stream = world.stream(10);
        receive(1);
        VerdictRange later = new VerdictRange(0, 1, Outcome.RETRY, "", "", -1, Scope.PARTITION, Header.NONE);
        stream.answer(stream.last(), later);
        world.pass(99);
        assertThat(stream.batches).hasSize(1);
        world.pass(1);
        assertThat(stream.last().attempts()).as("it counts no attempt").containsExactly(1);
    }

    // Streams.

    @Test
    void whatFollowsAFailureInItsGroupIsNotBlamedForTheEndOfTheStream() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.receive(p0, 2, "b");
        world.cycle();
        stream.answer(stream.last(), retry(0, 0, Scope.RECORD));
        stream.die();
        Entry first = world.delivery.partitions().ledger(p0).oldest();
        assertThat(first.deaths).isZero();
        assertThat(first.newer.deaths).isZero();
        assertThat(first.newer.newer.deaths).isEqualTo(1);
    }

    @Test
    void aStreamThatClosesForItsOwnReasonsBlamesNobody() {
        FakeStream stream = world.stream(10);
        receive(1);
        world.delivery.streamDown(stream, false, world.nowNs);
        world.cycle();
        assertThat(world.delivery.partitions().ledger(p0).oldest().deaths).isZero();
    }

    @Test
    void anEjectedStreamIsNotEjectedAgainByTheLeasesItStillHolds() {
        FakeStream bad = world.stream(4);
        for (int i = 0; i < 4; i++) {
            world.receive(p0, i, "k" + i);
            world.cycle();
            world.delivery.credit(bad, 4 * (i + 2), 0);
        }
        FakeStream good = world.stream(1);
        world.pass(30_000);
        assertThat(world.delivery.stats().leasesExpired.get()).isEqualTo(4);
        assertThat(world.delivery.stats().ejections.get()).isEqualTo(1);
        assertThat(world.delivery.view(world.nowNs).streams())
                .extracting(DeliveryView.StreamView::state)
                .containsExactly("EJECTED", "UP");
        world.delivery.draining(good);
        good.die();
        assertThat(world.delivery.view(world.nowNs).blocker()).isEqualTo(Blocker.STREAMS_EJECTED);
    }

    @Test
    void aStreamIsNotEjectedWhenTheOnlyOtherIsOnItsWayOut() {
        FakeStream only = world.stream(10);
        FakeStream other = world.stream(10);
        world.receive(p0, 9, "z");
        world.cycle();
        FakeStream holder = only.batches.isEmpty() ? other : only;
        FakeStream drains = holder == only ? other : only;
        world.receive(p0, 10, "y");
        world.cycle();
        world.delivery.draining(drains);
        for (int i = 0; i < 6; i++) {
            world.pass(31_000);
        }
        assertThat(holder.batches).isNotEmpty();
        assertThat(world.delivery.stats().ejections.get()).isZero();
    }

    @Test
    void theViewShowsCreditInBytesAndWhoDoesNotRead() {
        FakeStream stream = world.stream(10);
        world.delivery.credit(stream, 5, 700);
        stream.ready = false;
        receive(1);
        DeliveryView view = world.delivery.view(world.nowNs);
        assertThat(view.blocker()).isEqualTo(Blocker.STREAMS_BLOCKED);
        assertThat(view.streams()).singleElement().satisfies(s -> {
            assertThat(s.state()).isEqualTo("BLOCKED");
            assertThat(s.creditBytes()).isEqualTo(700);
            assertThat(s.creditRecords()).isEqualTo(5);
        });
    }

    @Test
    void anExtensionOfABatchThatIsGoneChangesNothing() {
        FakeStream stream = world.stream(10);
        receive(1);
        world.delivery.extend(stream, List.of(77L), 1_000 * World.MS, world.nowNs);
        assertThat(world.delivery.idleNs(world.nowNs, Long.MAX_VALUE)).isLessThanOrEqualTo(30_000 * World.MS);
    }

    // Records of unusual size.

    @Test
    void aRecordThatOnlyABusyStreamCanTakeWaitsForItAndOthersPass() {
        FakeStream large = world.stream(1, 1 << 20);
        receive(1);
        FakeStream small = world.stream(10, 4_096);
        world.receive(p0, 1, "big", 9_000);
        world.receive(p0, 2, "c");
        world.cycle();
        assertThat(small.last().offsets()).containsExactly(2L);
        large.ack(large.last());
        world.pass(20);
        assertThat(large.last().offsets()).containsExactly(1L);
    }

    @Test
    void aBatchLargerThanTheBuildersFirstRoomIsFilled() {
        DeliverySettings s = World.SETTINGS;
        World w = new World(new DeliverySettings(
                s.ordering(), 2_000, 1 << 20, 0, s.leaseNs(), s.maxLeaseNs(), s.retry(), s.tiers(), 7, "p", 0));
        PartitionEpoch p = w.assign("t", 0);
        for (int i = 0; i < 1_500; i++) {
            w.receive(p, i, i % 2 == 0 ? null : "k" + i, 1);
        }
        FakeStream stream = w.stream(5_000);
        w.cycle();
        assertThat(stream.last().size()).isEqualTo(1_500);
        stream.ack(stream.last());
        assertThat(w.committable).containsEntry(p, 1_500L);
    }

    @Test
    void sizesCountNothingForWhatIsNull() {
        Header[] headers = {new Header("ab", null), new Header("c", new byte[3])};
        assertThat(Entry.bytesOf(null, null, headers)).isEqualTo(6);
        assertThat(Entry.bytesOf(new byte[2], new byte[5], Header.NONE)).isEqualTo(7);
        assertThat(Entry.wireBytesOf("t", 6, headers)).isEqualTo(6 + 3 + 64 + 32 + 6);
    }

    // Suspects.

    @Test
    void aSuspectWhoseLeaseRunsOutIsChargedAndOthersGoOnMeanwhile() {
        receive(1);
        for (int i = 0; i < 2; i++) {
            FakeStream dies = world.stream(10);
            world.cycle();
            dies.die();
        }
        FakeStream quiet = world.stream(10);
        FakeStream busy = world.stream(10);
        world.cycle();
        FakeStream holder = quiet.batches.isEmpty() ? busy : quiet;
        FakeStream other = holder == quiet ? busy : quiet;
        world.receive(p0, 1, "x");
        world.cycle();
        assertThat(other.last().offsets()).containsExactly(1L);
        assertThat(holder.batches).as("a stream of its own").hasSize(1);
        world.pass(30_000);
        assertThat(world.delivery.partitions().ledger(p0).oldest().attempts()).isEqualTo(1);
    }

    @Test
    void aSuspectWaitsForAStreamThatReadsAndForTheHoldOfItsPartition() {
        receive(2);
        for (int i = 0; i < 2; i++) {
            FakeStream dies = world.stream(10);
            world.cycle();
            dies.die();
        }
        FakeStream stream = world.stream(10);
        stream.ready = false;
        world.cycle();
        assertThat(stream.batches).isEmpty();
        stream.ready = true;
        world.cycle();
        assertThat(stream.last().size()).isEqualTo(1);
        stream.answer(stream.last(), retry(0, 300, Scope.PARTITION));
        assertThat(stream.batches).as("the other suspect is held too").hasSize(1);
        world.pass(300);
        assertThat(stream.batches).hasSizeGreaterThan(1);
    }

    @Test
    void aPartitionThatGoesUnderASuspectFreesItsStream() {
        receive(1);
        for (int i = 0; i < 2; i++) {
            FakeStream dies = world.stream(10);
            world.cycle();
            dies.die();
        }
        FakeStream stream = world.stream(10);
        world.cycle();
        assertThat(stream.batches).hasSize(1);
        world.delivery.lost(List.of(p0), world.nowNs);
        PartitionEpoch back = world.assign("t", 0);
        world.receive(back, 0, "k0");
        world.cycle();
        assertThat(stream.batches).hasSize(2);
    }

    // Partitions.

    @Test
    void aRevokedPartitionWaitsForARetryThatIsDueBeforeHalfTimeOnly() {
        for (int dueMs : new int[] {200, 900}) {
            World w = new World(World.SETTINGS);
            PartitionEpoch p = w.assign("t", 0);
            FakeStream stream = w.stream(10);
            w.receive(p, 0, "a");
            w.receive(p, 1, "b");
            w.cycle();
            stream.answer(stream.last(), retry(0, dueMs, Scope.RECORD), VerdictRange.ack(1, 1));
            w.delivery.revoke(List.of(p), w.nowNs + 1_000 * World.MS, w.nowNs);
            w.cycle();
            assertThat(w.revoked.containsKey(p)).as("due in " + dueMs).isEqualTo(dueMs == 900);
        }
    }

    @Test
    void whatIsOpenAtHalfTimeIsWaitedForUntilTheDeadlineAndNothingElse() {
        FakeStream stream = world.stream(1);
        receive(2);
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        world.pass(100);
        assertThat(world.delivery.idleNs(world.nowNs, Long.MAX_VALUE)).isEqualTo(400 * World.MS);
        world.pass(400);
        assertThat(stream.revokes).hasSize(1);
        assertThat(world.delivery.idleNs(world.nowNs, Long.MAX_VALUE)).isEqualTo(500 * World.MS);
        world.pass(400);
        stream.ack(stream.last());
        assertThat(world.revoked).containsEntry(p0, 1L);
        assertThat(stream.batches).hasSize(1);
    }

    @Test
    void whatIsSaidOfAnUnknownPartitionIsDropped() {
        PartitionEpoch unknown = new PartitionEpoch("t", 9, 99);
        world.delivery.restored(unknown, Completions.NONE);
        world.delivery.position(unknown, 5);
        world.delivery.restored(p0, Completions.NONE);
        world.delivery.revoke(List.of(unknown, p0), world.nowNs + 1, world.nowNs);
        world.delivery.position(p0, 5);
        world.delivery.revoke(List.of(p0), world.nowNs + 1, world.nowNs);
        world.cycle();
        assertThat(world.revoked).containsEntry(p0, -1L).hasSize(1);
    }

    @Test
    void aRecordSkippedTwiceInOneAssignmentIsABug() {
        Completions done = new Completions(new long[] {3}, new long[] {9}, new Completions.Note[0], 100);
        world.delivery.restored(p0, done);
        world.receive(p0, 5, "a");
        assertThatThrownBy(() -> world.receive(p0, 5, "a")).hasMessageContaining("t-0@5");
    }

    @Test
    void aClosingPartitionTakesNothingMore() {
        FakeStream stream = world.stream(10);
        receive(1);
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        world.receive(p0, 7, "x");
        world.delivery.position(p0, 9);
        world.delivery.revoke(List.of(p0), world.nowNs + 5_000 * World.MS, world.nowNs);
        assertThat(world.delivery.partitions().liveRecords()).isEqualTo(1);
        stream.ack(stream.last());
        assertThat(world.revoked).as("what it dropped stays above").containsEntry(p0, 1L);
    }

    @Test
    void aReleaseBehindADoneRecordOfItsKeyWaitsAMoment() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(0, 1), verdict(1, 1, Outcome.RELEASE));
        assertThat(stream.batches).hasSize(1);
        world.pass(10);
        assertThat(stream.last().offsets()).containsExactly(1L);
    }

    @Test
    void suspectsGoToTheStreamThatHoldsLeastAndMayBeUsed() {
        receive(1);
        for (int i = 0; i < 2; i++) {
            FakeStream dies = world.stream(10);
            world.cycle();
            dies.die();
        }
        FakeStream none = world.stream(0);
        FakeStream tiny = world.stream(10, 64);
        FakeStream first = world.stream(10);
        FakeStream second = world.stream(10);
        world.cycle();
        assertThat(none.batches).isEmpty();
        assertThat(tiny.batches).isEmpty();
        assertThat(first.batches.size() + second.batches.size()).isEqualTo(1);
    }

    @Test
    void aSuspectWaitsUntilItsStreamHoldsNothingElse() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 100, "other");
        world.cycle();
        stream.ready = false;
        PartitionEpoch p1 = world.assign("t", 1);
        world.receive(p1, 0, "a");
        for (int i = 0; i < 2; i++) {
            FakeStream dies = world.stream(10);
            world.cycle();
            dies.die();
        }
        stream.ready = true;
        world.cycle();
        assertThat(stream.batches).hasSize(1);
        stream.ack(stream.last());
        assertThat(stream.last().partitions()).containsExactly(p1);
    }

    @Test
    void hundredsOfDeadlinesAreMetInOrder() {
        FakeStream stream = world.stream(1_000);
        for (int i = 0; i < 200; i++) {
            world.receive(p0, i, "k" + i);
        }
        world.cycle();
        for (World.Sent sent : List.copyOf(stream.batches)) {
            for (int i = 0; i < sent.size(); i++) {
                int ms = (int) (sent.offsets().get(i) * 37 % 200) + 1;
                stream.answer(sent, retry(i, ms, Scope.RECORD));
            }
        }
        int before = stream.batches.size();
        for (int ms = 1; ms <= 200; ms++) {
            world.pass(1);
            assertThat(stream.batches).hasSize(before + ms);
            assertThat(stream.last().offsets().get(0) * 37 % 200 + 1).isEqualTo(ms);
        }
    }

    // Retry topics.

    private static World tiered(Ordering ordering) {
        DeliverySettings s = World.settings(ordering);
        RetryTiers tiers = new RetryTiers(100 * World.MS, 1_000 * World.MS);
        return new World(new DeliverySettings(
                ordering, 10, 10_000, 0, s.leaseNs(), s.maxLeaseNs(), s.retry(), tiers, 7, "p", 0));
    }

    @Test
    void aWaitShorterThanEveryRetryTopicIsWaitedInPlaceAndALongerOneGoesAlong() {
        World w = tiered(Ordering.NONE);
        PartitionEpoch p = w.assign("t", 0);
        FakeStream stream = w.stream(10);
        for (int i = 0; i < 3; i++) {
            w.receive(p, i, "a");
        }
        w.cycle();
        stream.answer(
                stream.last(), retry(0, 50, Scope.RECORD), retry(1, 100, Scope.RECORD), retry(2, 2_500, Scope.RECORD));
        List<Letter> letters = new java.util.ArrayList<>();
        for (Entry e = w.delivery.partitions().ledger(p).oldest(); e != null; e = e.newer) {
            letters.add(e.letter);
        }
        assertThat(letters.get(0)).isNull();
        assertThat(letters.get(1).content).isInstanceOfSatisfying(Delayed.class, d -> {
            assertThat(d.tier()).isZero();
            assertThat(d.notBeforeNs()).isZero();
        });
        assertThat(letters.get(2).content).isInstanceOfSatisfying(Delayed.class, d -> {
            assertThat(d.tier()).isEqualTo(1);
            assertThat(d.notBeforeNs()).isEqualTo(w.nowNs + 2_500 * World.MS);
        });
    }

    @Test
    void anOrderedRecordNeverGoesToARetryTopic() {
        for (Ordering ordering : List.of(Ordering.KEY, Ordering.PARTITION)) {
            World w = tiered(ordering);
            PartitionEpoch p = w.assign("t", 0);
            FakeStream stream = w.stream(10);
            w.receive(p, 0, "a");
            w.cycle();
            stream.answer(stream.last(), retry(0, 5_000, Scope.RECORD));
            assertThat(w.delivery.partitions().ledger(p).oldest().publishing).isFalse();
            w.pass(5_000);
            assertThat(stream.batches).hasSize(2);
        }
    }

    @Test
    void aReturnedRecordOfAPartitionThatIsGoneIsDropped() {
        Origin origin = new Origin("t", 0, 1, 1, 0, 1, 1, 1, 5, 0, 1, "", "", "");
        world.delivery.lost(List.of(p0), world.nowNs);
        world.delivery.returned(p0, 0, -1, null, null, Header.NONE, origin, world.nowNs);
        assertThat(world.delivery.partitions().liveRecords()).isZero();
    }

    @Test
    void aReturnedRecordThatWasAloneOnDyingStreamsIsASuspectFromTheStart() {
        Origin origin = new Origin("t", 0, 1, 1, 0, 1, 3, 1, 5, 0, 1, "", "", "");
        world.delivery.returned(p0, 0, -1, null, null, Header.NONE, origin, world.nowNs);
        Entry entry = world.delivery.partitions().ledger(p0).oldest();
        assertThat(entry.deaths).isEqualTo(Queues.SUSPECT_AFTER);
        assertThat(world.delivery.queues().suspects.size()).isEqualTo(1);
    }
}
