package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.DeliveryView.PartitionView;
import io.sluice.ingest.delivery.Head.Where;
import io.sluice.ingest.delivery.World.FakeStream;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HeadTest extends OnePartition {
    private PartitionView view() {
        return world.delivery.view(world.nowNs).partitions().get(0);
    }

    private Head head() {
        return view().head();
    }

    @Test
    void aPartitionWithoutUnsettledRecordsHasNone() {
        assertThat(head()).isNull();
        assertThat(view().stillNs()).isZero();
        FakeStream stream = world.stream(10);
        world.receive(p0, 0, "a");
        world.cycle();
        stream.ack(stream.last());
        assertThat(head()).isNull();
        assertThat(view().settledAbove()).isZero();
    }

    @Test
    void itTellsOffsetKeySizeAndAgeButNeverTheKey() {
        world.receive(p0, 7, "secret-key", 90);
        world.pass(1_500);

        assertThat(head().offset()).isEqualTo(7);
        assertThat(head().bytes()).isEqualTo(100);
        assertThat(head().receivedNs()).isEqualTo(1_500 * World.MS);
        assertThat(head().keyHash()).isEqualTo("85dbe15d75ef9308");
        assertThat(world.delivery.view(world.nowNs).toString()).doesNotContain("secret-key");
        assertThat(head().where()).isEqualTo(Where.READY);
        assertThat(head().failedNs()).isEqualTo(-1);
    }

    @Test
    void aRecordWithoutAKeyHasNoHashAndAnEmptyKeyHasOne() {
        world.receive(p0, 0, null);
        assertThat(head().keyHash()).isEmpty();
        assertThat(KeyHash.of(new byte[0])).isEqualTo("e3b0c44298fc1c14");
    }

    @Test
    void itIsFollowedThroughEveryPlaceItCanBeIn() {
        world.receive(p0, 0, "a");
        FakeStream stream = world.stream(10);
        world.cycle();
        world.pass(2_000);
        assertThat(head().where()).isEqualTo(Where.IN_BATCH);
        assertThat(head().batchId()).isEqualTo(1);
        assertThat(head().stream().target()).isEqualTo("t");
        assertThat(head().leaseAgeNs()).isEqualTo(2_000 * World.MS);
        assertThat(head().leaseLeftNs()).isEqualTo(28_000 * World.MS);
        assertThat(head().deliveries()).isEqualTo(1);

        stream.answer(stream.last(), retry(0, 5_000, Scope.RECORD));
        world.pass(1_000);
        assertThat(head().where()).isEqualTo(Where.WAITING);
        assertThat(head().dueNs()).isEqualTo(4_000 * World.MS);
        assertThat(head().attempts()).isEqualTo(1);
        assertThat(head().code()).isEqualTo("BUSY");
        assertThat(head().reason()).isEqualTo("later");
        assertThat(head().failedNs()).isEqualTo(1_000 * World.MS);
        assertThat(head().stream()).isNull();

        world.pass(4_000);
        stream.answer(stream.last(), retry(0, 6_000, Scope.PARTITION));
        world.pass(1_000);
        assertThat(head().where()).isEqualTo(Where.HELD_BY_PROCESSOR);
        assertThat(head().dueNs()).isEqualTo(5_000 * World.MS);

        world.pass(5_000);
        stream.answer(stream.last(), retry(0, 3_000, Scope.PIPELINE));
        assertThat(head().where()).isEqualTo(Where.HELD_BY_PROCESSOR);
        assertThat(head().dueNs()).isEqualTo(3_000 * World.MS);

        world.pass(3_000);
        stream.die();
        FakeStream second = world.stream(10);
        world.cycle();
        second.die();
        assertThat(head().where()).isEqualTo(Where.SUSPECT);

        stream = world.stream(10);
        world.cycle();
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT));
        assertThat(head().where()).isEqualTo(Where.DEAD_LETTER);
        world.delivery.publishFailed(world.letters.get(0), "no topic", world.nowNs);
        assertThat(head().where()).isEqualTo(Where.DEAD_LETTER_HELD);
        assertThat(head().dueNs()).isEqualTo(100 * World.MS);
        world.pass(100);
        assertThat(head().dueNs()).as("on its way again").isEqualTo(-1);
    }

    @Test
    void whatIsNotSentOfAPartitionThatClosesSaysSo() {
        FakeStream stream = world.stream(2);
        world.receive(p0, 0, "a");
        world.receive(p0, 1, "b");
        world.cycle();
        world.delivery.revoke(List.of(p0), world.nowNs + 10_000 * World.MS, world.nowNs);
        assertThat(head().where()).isEqualTo(Where.IN_BATCH);
        world.pass(5_000);

        stream.answer(stream.last(), retry(0, 0, Scope.RECORD));

        assertThat(head().where()).isEqualTo(Where.CLOSING);
        stream.answer(stream.last(), VerdictRange.ack(1, 1));
        assertThat(world.revoked).containsEntry(p0, 0L);
    }

    @Test
    void thePositionStandsStillFromWhenItCouldHaveMoved() {
        FakeStream stream = world.stream(100);
        world.receive(p0, 0, "a");
        world.receive(p0, 5, "b");
        world.receive(p0, 9, "c");
        world.cycle();
        world.pass(1_000);
        stream.answer(stream.last(), VerdictRange.ack(2, 1));
        assertThat(view().stillNs()).isEqualTo(1_000 * World.MS);
        assertThat(view().settledAbove()).isEqualTo(1);

        stream.answer(stream.last(), VerdictRange.ack(0, 1));
        world.pass(500);

        assertThat(head().offset()).isEqualTo(5);
        assertThat(view().stillNs()).as("since the one before it was settled").isEqualTo(500 * World.MS);
        assertThat(view().settledAbove()).isEqualTo(1);
        stream.answer(stream.last(), VerdictRange.ack(1, 1));
        world.pass(700);
        world.receive(p0, 20, "d");
        world.pass(300);
        assertThat(view().stillNs()).as("since it came, after nothing was left").isEqualTo(300 * World.MS);
    }

    @Test
    void whatIsSettledAboveIsCountedRightInEveryOrder() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            OffsetLedger ledger = new OffsetLedger(p0);
            TreeSet<Long> live = new TreeSet<>();
            TreeSet<Long> settled = new TreeSet<>();
            java.util.Map<Long, Entry> entries = new java.util.HashMap<>();
            long offset = 0;
            for (int step = 0; step < 200; step++) {
                if (live.isEmpty() || random.nextInt(5) < 3) {
                    offset += 1 + random.nextInt(5);
                    Entry entry = new Entry();
                    entry.offset = offset;
                    assertThat(ledger.append(entry)).isTrue();
                    live.add(offset);
                    entries.put(offset, entry);
                } else {
                    Long[] all = live.toArray(Long[]::new);
                    Long done = all[random.nextInt(all.length)];
                    ledger.settle(entries.get(done));
                    live.remove(done);
                    settled.add(done);
                }
                long expected =
                        live.isEmpty() ? 0 : settled.tailSet(live.first()).size();
                assertThat(ledger.settledAbove())
                        .as("seed %d step %d", seed, step)
                        .isEqualTo(expected);
            }
        }
    }
}
