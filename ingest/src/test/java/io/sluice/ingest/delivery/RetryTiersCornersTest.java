package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.retry;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records that go to retry topics, or do not, and that come back at odd moments. */
class RetryTiersCornersTest extends OnePartition {
    private static World tiered(Ordering ordering) {
        return new World(
                Settings.of(ordering).tiers(100 * World.MS, 1_000 * World.MS).build());
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
