package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Letters that meet what seldom happens beside them: no room, a second failure, a partition that is gone. */
class LetterCornersTest extends OnePartition {
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

    @Test
    void aLetterThatFailsWhileItsKeyIsReadyStopsTheKey() {
        FakeStream stream = world.stream(1);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.cycle();
        world.delivery.credit(stream, 0, 0);
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT));
        assertThat(world.delivery.readyRecords()).isEqualTo(1);
        world.delivery.publishFailed(world.letters.get(0), "no", world.nowNs);
        world.delivery.credit(stream, 1, 0);
        world.cycle();
        assertThat(stream.batches).hasSize(1);
        world.pass(100);
        world.delivery.published(world.letters.get(1), world.nowNs);
        world.cycle();
        assertThat(stream.last().offsets()).containsExactly(1L);
    }

    @Test
    void aLetterThatFailsWhileItsKeyIsBusyStopsTheKeyAfterwards() {
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.cycle();
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT));
        world.delivery.publishFailed(world.letters.get(0), "no", world.nowNs);
        world.receive(p0, 2, "a");
        world.cycle();
        stream.answer(stream.last(), VerdictRange.ack(1, 1));
        assertThat(stream.batches).hasSize(1);
        world.pass(100);
        world.delivery.published(world.letters.get(1), world.nowNs);
        world.cycle();
        assertThat(stream.last().offsets()).containsExactly(2L);
    }
}
