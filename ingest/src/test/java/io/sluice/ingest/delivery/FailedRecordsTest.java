package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import org.junit.jupiter.api.Test;

/** Verdicts that are no acknowledgement, letters, and records that no processor can take. */
class FailedRecordsTest extends OnePartition {
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
}
