package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveryTest {
    private final World world = new World(World.SETTINGS);
    private final PartitionEpoch p0 = world.assign("t", 0);

    @Test
    void nothingIsSentWithoutAStream() {
        world.receive(p0, 0, "a");
        world.cycle();
        assertThat(world.delivery.view(world.nowNs).blocker()).isEqualTo(DeliveryView.Blocker.NO_STREAM);
    }

    @Test
    void aBatchHoldsTheWholeRunOfAKeyAsOneGroup() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "b");
        world.receive(p0, 2, "a");
        world.cycle();
        assertThat(stream.last().offsets()).containsExactly(0L, 2L, 1L);
        assertThat(stream.last().groups()).containsExactly(0, 0, 1);
    }

    @Test
    void aKeyHasOneOpenBatchAtATime() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.receive(p0, 1, "a");
        world.cycle();
        assertThat(stream.batches).hasSize(1);
        stream.ack(stream.last());
        assertThat(stream.last().offsets()).containsExactly(1L);
    }

    @Test
    void theSameKeyInTwoPartitionsIsTwoGroups() {
        // As in confluentinc/parallel-consumer#184.
        PartitionEpoch p1 = world.assign("t", 1);
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.receive(p1, 0, "a");
        world.cycle();
        assertThat(stream.last().groups()).containsExactly(0, 1);
    }

    @Test
    void recordsWithoutAKeyAreEachOnTheirOwn() {
        // As in confluentinc/parallel-consumer#318.
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, null);
        world.receive(p0, 1, null);
        world.cycle();
        assertThat(stream.last().groups()).containsExactly(0, 1);
    }

    @Test
    void theCommittablePositionStopsBelowTheOldestUnsettledRecord() {
        // As in confluentinc/parallel-consumer#826, spring-projects/spring-kafka#4334 and faust-streaming/faust#707.
        FakeStream stream = world.stream(100);
        for (int i = 0; i < 4; i++) {
            world.receive(p0, i * 10L, "k" + i);
        }
        world.delivery.position(p0, 100);
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(2, 2));
        assertThat(world.committable).containsEntry(p0, 0L);
        stream.answer(stream.last(), VerdictRange.ack(0, 1));
        assertThat(world.committable).containsEntry(p0, 10L);
        stream.answer(stream.last(), VerdictRange.ack(1, 1));
        assertThat(world.committable).containsEntry(p0, 100L);
    }

    @Test
    void aRetryWaitsItsBackoffAndKeepsItsKeyInOrder() {
        // As in monoscope-tech/monoscope#443.
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.receive(p0, 2, "b");
        world.cycle();
        stream.answer(
                stream.last(), verdict(0, 1, Outcome.RETRY), verdict(1, 1, Outcome.RELEASE), VerdictRange.ack(2, 1));
        assertThat(stream.batches).hasSize(1);
        world.pass(99);
        assertThat(stream.batches).hasSize(1);
        world.pass(1);
        assertThat(stream.last().offsets()).containsExactly(0L, 1L);
        assertThat(stream.last().attempts()).containsExactly(2, 1);
    }

    @Test
    void theLastAttemptIsDeadLetteredAndSettledWhenTheLetterIsDurable() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        for (int i = 0; i < 3; i++) {
            stream.answer(stream.last(), retry(0, 0, Scope.RECORD));
            world.pass(1);
        }
        assertThat(world.letters).singleElement().satisfies(l -> {
            assertThat(l.cause()).isEqualTo(Cause.ATTEMPTS);
            assertThat(l.entry().attempts()).isEqualTo(3);
        });
        assertThat(world.committable).containsEntry(p0, 0L);
        world.delivery.published(world.letters.get(0), world.nowNs);
        world.cycle();
        assertThat(world.committable).containsEntry(p0, 1L);
    }

    @Test
    void aReleaseCountsNoAttemptAndIsNotRepeatedInAHotLoop() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        stream.answer(stream.last(), verdict(0, 1, Outcome.RELEASE));
        assertThat(stream.batches).hasSize(1);
        world.pass(10);
        assertThat(stream.last().attempts()).containsExactly(1);
        stream.answer(stream.last(), verdict(0, 1, Outcome.RELEASE));
        world.pass(10);
        assertThat(stream.batches).hasSize(2);
        world.pass(10);
        assertThat(stream.batches).hasSize(3);
    }

    @Test
    void aRejectGoesOnWithTheGroup() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.cycle();
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT), VerdictRange.ack(1, 1));
        assertThat(world.letters).hasSize(1);
        assertThat(stream.closed).isNull();
    }

    @Test
    void aLetterThatCannotBeWrittenHoldsItsKeyOnlyAndIsTriedAgain() {
        // As in knative-extensions/eventing-kafka-broker.
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT));
        world.delivery.publishFailed(world.letters.get(0), "no topic", world.nowNs);
        world.receive(p0, 1, "a");
        world.receive(p0, 2, "b");
        world.cycle();
        assertThat(stream.last().offsets()).containsExactly(2L);
        assertThat(world.delivery.view(world.nowNs).heldLetters()).isEqualTo(1);
        world.pass(100);
        assertThat(world.letters).hasSize(2);
        world.delivery.published(world.letters.get(1), world.nowNs);
        world.cycle();
        assertThat(stream.last().offsets()).containsExactly(1L);
    }

    @Test
    void aFullPublisherDelaysALetterAndLosesNothing() {
        FakeStream stream = world.stream(100);
        world.publisherFull = true;
        world.receive(p0, 0, "a");
        world.cycle();
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT));
        assertThat(world.letters).isEmpty();
        world.publisherFull = false;
        world.cycle();
        assertThat(world.letters).hasSize(1);
    }

    @Test
    void partitionScopeHoldsThePartitionAndPipelineScopeHoldsEverything() {
        PartitionEpoch p1 = world.assign("t", 1);
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        stream.answer(stream.last(), retry(0, 500, Scope.PARTITION));
        world.receive(p0, 1, "b");
        world.receive(p1, 0, "c");
        world.cycle();
        assertThat(stream.last().partitions()).containsExactly(p1);
        stream.answer(stream.last(), retry(0, 2_000, Scope.PIPELINE));
        world.pass(1_999);
        assertThat(stream.batches).hasSize(2);
        world.pass(1);
        assertThat(stream.last().size()).isEqualTo(3);
        assertThat(stream.last().attempts()).containsOnly(1);
    }

    @Test
    void anExpiredLeaseChargesTheFirstOfEachGroupAndLateResultsChangeNothing() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.cycle();
        World.Sent late = stream.last();
        world.pass(30_000);
        assertThat(stream.revokes).containsExactly("LEASE_EXPIRED [1] []");
        world.pass(100);
        assertThat(stream.last().attempts()).containsExactly(2, 1);
        assertThat(stream.answer(late, VerdictRange.ack(0, 2))).isNull();
        assertThat(world.committable).containsEntry(p0, 0L);
        assertThat(world.delivery.stats().stale(DeliveryStats.Stale.BATCH_GONE).get())
                .isEqualTo(2);
    }

    @Test
    void anExtendedLeaseHoldsUpToTheMaximum() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.pass(20_000);
        world.delivery.extend(stream, List.of(1L), 0, world.nowNs);
        world.pass(29_999);
        assertThat(stream.revokes).isEmpty();
        world.delivery.extend(stream, List.of(1L), 30_000 * World.MS, world.nowNs);
        world.pass(10_001);
        assertThat(stream.revokes).hasSize(1);
    }

    @Test
    void theOnlyStreamGetsOneBatchAtATimeWhileItLetsLeasesRunOut() {
        FakeStream bad = world.stream(100);
        for (int i = 0; i < 3; i++) {
            world.receive(p0, i, "k" + i);
            world.cycle();
        }
        world.pass(30_000);
        world.receive(p0, 3, "k3");
        world.receive(p0, 4, "k4");
        world.cycle();
        assertThat(bad.batches).hasSize(4);
        world.receive(p0, 5, "k5");
        world.pass(1_000);
        assertThat(bad.batches).hasSize(4);
        bad.ack(bad.last());
        assertThat(bad.batches).hasSize(5);
    }

    @Test
    void aStreamThatKeepsLettingLeasesRunOutIsEjectedForAWhileIfThereIsAnother() {
        FakeStream bad = world.stream(100);
        for (int i = 0; i < 3; i++) {
            world.receive(p0, i, "k" + i);
            world.cycle();
        }
        FakeStream good = world.stream(100);
        world.pass(30_000);
        world.pass(1_000);
        assertThat(bad.batches).hasSize(3);
        assertThat(good.batches).isNotEmpty();
        good.batches.forEach(good::ack);
        world.pass(4_000);
        world.receive(p0, 3, "k3");
        world.receive(p0, 4, "k4");
        world.cycle();
        assertThat(bad.batches).hasSize(4);
    }

    @Test
    void aLostStreamGivesItsRecordsToAnotherWithoutCountingAnAttempt() {
        FakeStream first = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        FakeStream second = world.stream(100);
        first.die();
        assertThat(second.last().offsets()).containsExactly(0L);
        assertThat(second.last().attempts()).containsExactly(1);
    }

    @Test
    void onlyTheRecordThatEndsStreamsAloneIsFoundToBePoison() {
        for (int i = 0; i < 40; i++) {
            world.receive(p0, i, "k" + i);
        }
        int streams = 0;
        while (world.letters.isEmpty() && streams++ < 100) {
            FakeStream stream = world.stream(100);
            world.cycle();
            for (int n = 0; n < stream.batches.size(); n++) {
                World.Sent batch = stream.batches.get(n);
                if (batch.offsets().contains(17L)) {
                    stream.die();
                    break;
                }
                if (batch.size() < 10) {
                    stream.ack(batch);
                }
            }
        }
        assertThat(world.letters).singleElement().satisfies(l -> {
            assertThat(l.cause()).isEqualTo(Cause.POISON);
            assertThat(l.entry().offset()).isEqualTo(17);
        });
        assertThat(streams).isLessThan(15);
    }

    @Test
    void aRecordTooLargeForEveryProcessorIsDeadLetteredAndOthersGoOn() {
        // As in grpc/grpc-java#3996 and camunda/camunda#12104.
        FakeStream stream = world.stream(100, 5_000);
        world.receive(p0, 0, "a", 6_000);
        world.receive(p0, 1, "b", 100);
        world.cycle();
        assertThat(stream.last().offsets()).containsExactly(1L);
        world.cycle();
        assertThat(world.letters)
                .singleElement()
                .satisfies(l -> assertThat(l.cause()).isEqualTo(Cause.TOO_LARGE));
    }

    @Test
    void aRecordThatOneProcessorCannotTakeGoesToOneThatCan() {
        FakeStream small = world.stream(100, 5_000);
        FakeStream large = world.stream(100, 50_000);
        world.receive(p0, 0, "a", 6_000);
        world.cycle();
        assertThat(small.batches).isEmpty();
        assertThat(large.last().offsets()).containsExactly(0L);
    }

    @Test
    void creditIsALevelAndZeroStopsNewBatches() {
        FakeStream stream = world.stream(2);
        for (int i = 0; i < 5; i++) {
            world.receive(p0, i, "k" + i);
        }
        world.cycle();
        assertThat(stream.last().size()).isEqualTo(2);
        world.delivery.credit(stream, 0, 0);
        stream.ack(stream.last());
        assertThat(stream.batches).hasSize(1);
        world.delivery.credit(stream, 3, 0);
        world.cycle();
        assertThat(stream.last().size()).isEqualTo(3);
    }

    @Test
    void nothingIsSentOnATransportThatIsNotReady() {
        FakeStream stream = world.stream(100);
        stream.ready = false;
        world.receive(p0, 0, "a");
        world.cycle();
        assertThat(stream.batches).isEmpty();
        assertThat(world.delivery.view(world.nowNs).blocker()).isEqualTo(DeliveryView.Blocker.STREAMS_BLOCKED);
    }

    @Test
    void aRevokedPartitionWaitsForWhatIsOpenAndAnswersItsFinalPosition() {
        // As in confluentinc/parallel-consumer#777 and astubbs/parallel-consumer#436.
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.receive(p0, 1, "b");
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        world.cycle();
        assertThat(world.revoked).isEmpty();
        stream.ack(stream.last());
        assertThat(world.revoked).containsEntry(p0, 1L);
        assertThat(stream.batches)
                .as("nothing new of a closing partition is sent")
                .hasSize(1);
    }

    @Test
    void holesBelowWhatWasSentAreFilledBeforeARevokedPartitionCloses() {
        // As in PostHog/posthog#80897.
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.receive(p0, 1, "a");
        world.receive(p0, 2, "b");
        world.cycle();
        World.Sent b = stream.last();
        world.receive(p0, 3, "a");
        world.receive(p0, 4, "c", 10);
        stream.ready = false;
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        stream.ready = true;
        stream.ack(b);
        stream.ack(stream.batches.get(0));
        assertThat(stream.last().offsets()).as("fills the hole, no more").containsExactly(1L);
        assertThat(world.revoked).isEmpty();
        stream.ack(stream.last());
        assertThat(world.revoked).containsEntry(p0, 3L);
        assertThat(stream.revokes).isEmpty();
    }

    @Test
    void aRevokedPartitionDoesNotWaitForWhatCannotComeInTime() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        stream.answer(stream.last(), retry(0, 60_000, Scope.RECORD));
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        assertThat(world.revoked).as("its retry is due too late").containsEntry(p0, 0L);
        PartitionEpoch p1 = world.assign("t", 1);
        world.receive(p1, 0, "b");
        world.cycle();
        stream.die();
        world.delivery.revoke(List.of(p1), world.nowNs + 1_000 * World.MS, world.nowNs);
        assertThat(world.revoked).as("nobody to send to").containsEntry(p1, 0L);
    }

    @Test
    void atHalfTimeARevokedPartitionIsAskedBackAndNothingMoreOfItIsSent() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        world.pass(499);
        assertThat(stream.revokes).isEmpty();
        world.pass(1);
        assertThat(stream.revokes).containsExactly("REBALANCE [] [t-0]");
        stream.answer(stream.last(), verdict(0, 1, Outcome.RELEASE));
        assertThat(world.revoked).containsEntry(p0, 0L);
        assertThat(stream.batches).hasSize(1);
    }

    @Test
    void aRevokedPartitionClosesAtItsDeadlineAndLateResultsAreStale() {
        // As in redpanda-data/connect#4477.
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.delivery.revoke(List.of(p0), world.nowNs + 1_000 * World.MS, world.nowNs);
        world.pass(1_000);
        assertThat(world.revoked).containsEntry(p0, 0L);
        stream.ack(stream.last());
        assertThat(world.committable).doesNotContainEntry(p0, 1L);
        assertThat(world.delivery.partitions().liveRecords()).isZero();
    }

    @Test
    void aPartitionThatComesBackIsAnotherOne() {
        // As in confluentinc/parallel-consumer#909 and astubbs/parallel-consumer#517.
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        World.Sent old = stream.last();
        world.delivery.lost(List.of(p0), world.nowNs);
        PartitionEpoch again = world.assign("t", 0);
        world.receive(again, 0, "a");
        world.cycle();
        stream.ack(old);
        assertThat(world.committable).doesNotContainEntry(again, 1L);
        stream.ack(stream.last());
        assertThat(world.committable).containsEntry(again, 1L);
    }

    @Test
    void aDrainingStreamGetsNoMoreAndIsLetGoWhenItHoldsNothing() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.cycle();
        world.delivery.draining(stream);
        world.receive(p0, 1, "b");
        world.cycle();
        assertThat(stream.batches).hasSize(1);
        stream.ack(stream.last());
        assertThat(stream.closed).isEqualTo("SHUTDOWN drained");
    }

    @Test
    void aDrainingStreamIsLetGoWhenItsLastRecordsGoWithTheirPartition() {
        PartitionEpoch p1 = world.assign("t", 1);
        FakeStream first = world.stream(1);
        FakeStream second = world.stream(1);
        world.receive(p0, 0, "a");
        world.receive(p1, 0, "b");
        world.cycle();
        world.delivery.draining(first);
        world.delivery.draining(second);
        world.delivery.lost(List.of(p0), world.nowNs);
        assertThat(first.closed).isEqualTo("SHUTDOWN drained");
        assertThat(second.closed).isNull();
        world.delivery.revoke(List.of(p1), world.nowNs, world.nowNs);
        assertThat(second.closed).isEqualTo("SHUTDOWN drained");
        assertThat(world.delivery.streams().all()).isEmpty();
    }

    @Test
    void invalidFramesResolveNothingAndNameWhatWasWrong() {
        record Case(List<VerdictRange> verdicts, String text) {}
        List<Case> cases = List.of(
                new Case(
                        List.of(VerdictRange.ack(0, 4)),
                        "INDEX_RANGE: batch 1 record 0: the range ends at 3; the batch has records 0 to 2"),
                new Case(
                        List.of(VerdictRange.ack(-1, 1)),
                        "INDEX_RANGE: batch 1 record 4294967295: the range ends at -1; the batch has records 0 to 2"),
                new Case(List.of(VerdictRange.ack(0, 0)), "EMPTY_RANGE: batch 1 record 0: count is 0; at least 1"),
                new Case(
                        List.of(VerdictRange.ack(0, 1), verdict(1, 1, null)),
                        "OUTCOME_UNSPECIFIED: batch 1 record 1: outcome is unspecified or unknown; allowed are ACK, RETRY, REJECT, RELEASE"),
                new Case(
                        List.of(VerdictRange.ack(1, 1)),
                        "GROUP_ORDER: batch 1 record 1: ACK before record 0 of the same group has a verdict"),
                new Case(
                        List.of(verdict(0, 1, Outcome.RETRY), VerdictRange.ack(1, 1)),
                        "GROUP_FAILED: batch 1 record 1: ACK after RETRY or RELEASE in the same group; only RELEASE may follow"),
                new Case(
                        List.of(verdict(0, 1, Outcome.RELEASE), verdict(1, 1, Outcome.REJECT)),
                        "GROUP_FAILED: batch 1 record 1: REJECT after RETRY or RELEASE in the same group; only RELEASE may follow"));
        for (Case c : cases) {
            World w = new World(World.SETTINGS);
            PartitionEpoch p = w.assign("t", 0);
            FakeStream stream = w.stream(100);
            w.receive(p, 0, "a");
            w.receive(p, 1, "a");
            w.receive(p, 2, "b");
            w.cycle();
            assertThat(stream.answer(stream.last(), c.verdicts.toArray(VerdictRange[]::new)))
                    .isEqualTo(c.text);
            assertThat(stream.closed).isEqualTo("PROTOCOL_ERROR " + c.text);
            assertThat(w.committable).containsEntry(p, 0L);
            assertThat(w.delivery.stats().acked.get()).isZero();
        }
        FakeStream stream = world.stream(1);
        assertThat(stream.answer(7)).isEqualTo("UNKNOWN_BATCH: batch 7 was never sent on this stream");
    }

    @Test
    void aRepeatedVerdictIsCountedAndTheFirstWins() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "b");
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(0, 1), verdict(0, 1, Outcome.REJECT));
        assertThat(world.letters).isEmpty();
        assertThat(world.delivery.stats().stale(DeliveryStats.Stale.DUPLICATE).get())
                .isEqualTo(1);
    }

    @Test
    void batchesSpreadOverStreamsByWhatIsOutstanding() {
        FakeStream a = world.stream(100);
        FakeStream b = world.stream(100);
        for (int i = 0; i < 40; i++) {
            world.receive(p0, i, "k" + i);
        }
        world.cycle();
        assertThat(a.batches).hasSize(2);
        assertThat(b.batches).hasSize(2);
    }

    @Test
    void partitionOrderIsOneGroupForEachPartition() {
        World w = new World(World.settings(Ordering.PARTITION));
        PartitionEpoch p = w.assign("t", 0);
        PartitionEpoch q = w.assign("t", 1);
        FakeStream stream = w.stream(100);
        w.receive(p, 0, "a");
        w.receive(p, 1, null);
        w.receive(q, 0, "a");
        w.cycle();
        assertThat(stream.last().groups()).containsExactly(0, 0, 1);
    }
}
