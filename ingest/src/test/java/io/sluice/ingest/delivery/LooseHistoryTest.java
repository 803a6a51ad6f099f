package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Random histories of records without an order, beside the simplest model there is: of each partition, the offsets that
 * have no outcome. Whatever happens, each record is sent alone in its group and in one batch at a time, gets one outcome,
 * and holds the position until then. {@link World#cycle} looks at the invariants after each step.
 */
class LooseHistoryTest {
    private static final int HISTORIES = Integer.getInteger("sluice.loose.histories", 300);
    private static final int STEPS = 150;
    private static final int SMALL_FRAME = 4_096;

    @Test
    void eachRecordGetsOneOutcomeAndHoldsThePositionUntilThen() {
        for (long seed = 1; seed <= HISTORIES; seed++) {
            History history = new History(seed);
            try {
                history.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + history.world.describe(), e);
            }
        }
    }

    /** One world and its model. */
    private static final class History {
        final World world;
        private final Random random;
        /** Some records fit the frames of some streams only, and are then overtaken. */
        private final boolean large;

        private final List<FakeStream> streams = new ArrayList<>();
        private final List<PartitionEpoch> partitions = new ArrayList<>();
        /** Without an outcome, as the model has it. */
        private final Map<PartitionEpoch, TreeSet<Long>> live = new HashMap<>();

        private final Map<PartitionEpoch, Long> next = new HashMap<>();
        /** Highest offset sent for the first time. */
        private final Map<PartitionEpoch, Long> highest = new HashMap<>();
        /** Sent at least once. */
        private final Map<PartitionEpoch, Set<Long>> sent = new HashMap<>();

        private final Map<FakeStream, Integer> seen = new HashMap<>();
        private final Set<DeadLetter> written = new HashSet<>();

        History(long seed) {
            random = new Random(seed);
            large = random.nextBoolean();
            Settings settings = Settings.of(Ordering.NONE).batch(1 + random.nextInt(8), 600);
            if (random.nextBoolean()) {
                settings.age(5, 2_000 * MS);
            }
            world = new World(settings.build());
            assign();
            assign();
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                step(random.nextInt(20));
                world.cycle();
                look();
            }
            heal();
        }

        private void step(int what) {
            switch (what) {
                case 0, 1, 2, 3, 4 -> arrive(pick(partitions));
                case 5 -> connect(large && random.nextBoolean() ? SMALL_FRAME : 1 << 20);
                case 6 -> end(random.nextBoolean());
                case 7, 8 -> world.nowNs += random.nextInt(150) * MS;
                case 9 -> world.nowNs += random.nextInt(60) == 0 ? 30_000 * MS : 1_000 * MS;
                case 10 -> publish(random.nextBoolean());
                case 11 -> leave(pick(partitions));
                default -> answer();
            }
        }

        private void assign() {
            PartitionEpoch partition = world.assign("t", partitions.size());
            partitions.add(partition);
            live.put(partition, new TreeSet<>());
            sent.put(partition, new HashSet<>());
            next.put(partition, 0L);
            highest.put(partition, -1L);
        }

        private void arrive(PartitionEpoch partition) {
            for (int n = 1 + random.nextInt(6); n > 0; n--) {
                long offset = next.get(partition) + random.nextInt(2);
                next.put(partition, offset + 1);
                live.get(partition).add(offset);
                int bytes = large && random.nextInt(10) == 0 ? SMALL_FRAME : 1 + random.nextInt(200);
                world.receive(partition, offset, null, bytes);
            }
        }

        private void connect(int frame) {
            if (streams.size() < 3) {
                streams.add(world.stream(1 + random.nextInt(12), frame));
            }
        }

        private void end(boolean blame) {
            if (!streams.isEmpty()) {
                FakeStream stream = pick(streams);
                streams.remove(stream);
                world.delivery.streamDown(stream, blame, world.nowNs);
            }
        }

        private void leave(PartitionEpoch partition) {
            if (random.nextInt(3) > 0) {
                return;
            }
            if (random.nextBoolean()) {
                world.delivery.lost(List.of(partition), world.nowNs);
            } else {
                world.delivery.revoke(List.of(partition), world.nowNs, world.nowNs);
            }
            assertThat(world.revoked).containsEntry(partition, committable(partition));
            partitions.remove(partition);
            live.remove(partition);
            assign();
        }

        /** One verdict for one record of an open batch. */
        private void answer() {
            List<Batch> open = new ArrayList<>();
            streams.forEach(
                    s -> open.addAll(world.delivery.streams().of(s).batches.values()));
            if (open.isEmpty()) {
                return;
            }
            Batch batch = pick(open);
            int i = random.nextInt(batch.size());
            Entry entry = batch.entry(i);
            if (entry == null) {
                return;
            }
            Outcome outcome = random.nextInt(3) > 0 ? Outcome.ACK : Outcome.values()[random.nextInt(4)];
            if (outcome == Outcome.ACK) {
                live.get(entry.partition()).remove(entry.offset());
            }
            ((FakeStream) batch.stream.port).answer(batch.id, World.verdict(i, 1, outcome));
        }

        private void publish(boolean works) {
            for (DeadLetter letter : List.copyOf(world.letters)) {
                world.letters.remove(letter);
                if (!works) {
                    world.delivery.publishFailed(letter, "no", world.nowNs);
                    continue;
                }
                TreeSet<Long> of = live.get(letter.entry().partition());
                if (of != null) {
                    assertThat(of.remove(letter.entry().offset()))
                            .as(letter + " is written for a live record")
                            .isTrue();
                }
                assertThat(written.add(letter)).isTrue();
                world.delivery.published(letter, world.nowNs);
            }
        }

        private long committable(PartitionEpoch partition) {
            TreeSet<Long> open = live.get(partition);
            long after = next.get(partition);
            return open.isEmpty() ? after == 0 ? -1 : after : open.first();
        }

        private void look() {
            for (PartitionEpoch partition : partitions) {
                OffsetLedger ledger = world.delivery.partitions().ledger(partition);
                assertThat(ledger.committable()).isEqualTo(committable(partition));
                assertThat(ledger.live()).isEqualTo(live.get(partition).size());
            }
            streams.forEach(this::lookAtBatches);
        }

        private void lookAtBatches(FakeStream stream) {
            for (int i = seen.getOrDefault(stream, 0); i < stream.batches.size(); i++) {
                World.Sent batch = stream.batches.get(i);
                assertThat(batch.groups()).doesNotHaveDuplicates();
                for (int n = 0; n < batch.size(); n++) {
                    PartitionEpoch partition = batch.partitions().get(n);
                    long offset = batch.offsets().get(n);
                    if (sent.get(partition).add(offset) && !large && live.containsKey(partition)) {
                        assertThat(offset).as("in the order of arrival").isGreaterThan(highest.put(partition, offset));
                    }
                }
            }
            seen.put(stream, stream.batches.size());
        }

        /** All that is wrong ends; then all that is live gets its outcome, and nothing is left behind. */
        private void heal() {
            while (!streams.isEmpty()) {
                end(false);
            }
            FakeStream good = world.stream(1_000);
            streams.add(good);
            for (int i = 0; world.delivery.partitions().liveRecords() > 0; i++) {
                assertThat(i).as("does not settle").isLessThan(200);
                world.pass(1_000);
                publish(true);
                for (Batch batch :
                        List.copyOf(world.delivery.streams().of(good).batches.values())) {
                    for (int n = 0; n < batch.size(); n++) {
                        Entry entry = batch.entry(n);
                        live.get(entry.partition()).remove(entry.offset());
                    }
                    good.answer(batch.id, VerdictRange.ack(0, batch.size()));
                }
                look();
            }
            Queues queues = world.delivery.queues();
            assertThat(live.values()).allSatisfy(open -> assertThat(open).isEmpty());
            assertThat(queues.deadlines.size()).isZero();
            assertThat(queues.ready.isEmpty() && queues.suspects.isEmpty()).isTrue();
            assertThat(queues.ready.records + queues.suspects.records).isZero();
        }

        private <T> T pick(List<T> from) {
            return from.get(random.nextInt(from.size()));
        }
    }
}
