package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.MS;
import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import org.junit.jupiter.api.Test;

/** Records that become too old while their key is busy, or before they are the first of it. */
class AgeOfHeadTest {
    private final World world =
            new World(Settings.of(Ordering.KEY).age(1_000, 500 * MS).build());
    private final PartitionEpoch p0 = world.assign("t", 0);
    private final FakeStream stream = world.stream(100);

    @Test
    void aRecordWhoseTimeEndsWhileOthersOfItsBatchAreOpenIsGivenUpAfterThem() {
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "a");
        world.cycle();
        stream.answer(stream.last(), retry(0, 50, Scope.RECORD));
        world.pass(600);
        assertThat(world.letters).as("its key is at work").isEmpty();
        stream.answer(stream.last(), verdict(1, 1, Outcome.RELEASE));
        assertThat(world.letters).singleElement().satisfies(letter -> {
            assertThat(letter.cause()).isEqualTo(Cause.EXPIRED);
            assertThat(letter.entry().offset()).isZero();
        });
        assertThat(stream.batches).hasSize(2);
        assertThat(stream.last().offsets()).as("what follows it goes on").containsExactly(1L);
    }

    @Test
    void aRecordThatWasTooOldBeforeItWasFirstIsGivenUpWhenItIs() {
        Completions.Note old = new Completions.Note(1, 1, 0, 0);
        world.nowNs += 5_000 * MS;
        world.delivery.restored(p0, new Completions(new long[0], new long[0], new Completions.Note[] {old}, 0));
        world.receive(p0, 0, "a");
        world.cycle();
        world.receive(p0, 1, "a");
        world.cycle();
        assertThat(world.letters).isEmpty();
        stream.ack(stream.last());
        assertThat(world.letters)
                .singleElement()
                .satisfies(letter -> assertThat(letter.entry().offset()).isEqualTo(1));
        assertThat(stream.batches).hasSize(1);
    }

    @Test
    void whatOnlyEndedStreamsHasNoAgeWithItsNextOwnerEither() {
        Completions.Note deadly = new Completions.Note(0, 0, 1, 0);
        world.nowNs += 5_000 * MS;
        world.delivery.restored(p0, new Completions(new long[0], new long[0], new Completions.Note[] {deadly}, 0));
        world.receive(p0, 0, "a");
        world.cycle();
        assertThat(world.letters).isEmpty();
        assertThat(stream.last().offsets()).containsExactly(0L);
    }
}
