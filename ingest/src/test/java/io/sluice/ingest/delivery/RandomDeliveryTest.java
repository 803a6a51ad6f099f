package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random histories: invariants after each step, order of each key, and everything settled once the faults end. */
class RandomDeliveryTest {
    private static final int SEEDS = 100;
    private static final int STEPS = 400;

    @ParameterizedTest
    @EnumSource
    void everyHistoryKeepsTheInvariantsAndEndsSettled(Ordering ordering) {
        runAll(ordering, RetryTiers.NONE);
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "KEY"})
    void soDoHistoriesWithRetryTopics(Ordering ordering) {
        runAll(ordering, RetryTiersTest.TIERS);
    }

    private static void runAll(Ordering ordering, RetryTiers tiers) {
        long moved = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            try {
                History history = new History(ordering, tiers, seed);
                history.run();
                moved += history.world.delivery.stats().delayed.get();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("ordering " + ordering + " tiers " + tiers.count() + " seed " + seed, e);
            }
        }
        assertThat(moved).as("moves to retry topics").isGreaterThanOrEqualTo(tiers.count() * SEEDS);
    }

    private static final class History {
        private final SplittableRandom random;
        private final World world;
        private final Ordering ordering;
        private final List<PartitionEpoch> partitions = new ArrayList<>();
        private final Map<PartitionEpoch, Long> next = new HashMap<>();
        private final List<FakeStream> streams = new ArrayList<>();
        private final Map<FakeStream, TreeMap<Long, Open>> open = new HashMap<>();
        private final Map<String, Long> lastAcked = new HashMap<>();
        private final RetryTopicLog retryLog;
        private int lettersSeen;
        private boolean calm;

        private record Open(World.Sent sent, int[] settledTo) {}

        History(Ordering ordering, RetryTiers tiers, int seed) {
            this.ordering = ordering;
            this.random = new SplittableRandom(seed);
            this.world = new World(World.settings(ordering, tiers));
            this.retryLog = new RetryTopicLog(world, tiers);
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                step();
                world.cycle();
            }
            calm = true;
            if (partitions.isEmpty()) {
                assign();
            }
            for (int i = 0;
                    i < 3_000 && (world.delivery.partitions().liveRecords() > 0 || retryLog.waiting() > 0);
                    i++) {
                retryLog.bringBack();
                if (streams.isEmpty()) {
                    streamUp();
                }
                answerSome();
                publishSome();
                world.pass(200);
            }
            assertThat(world.delivery.partitions().liveRecords())
                    .as(() -> "live at the end; " + world.describe())
                    .isZero();
            assertThat(world.delivery.queues().keys()).as("keys at the end").isZero();
            assertThat(retryLog.waiting()).as("in retry topics at the end").isZero();
            for (PartitionEpoch p : partitions) {
                if (next.get(p) > 0) {
                    assertThat(world.committable.get(p)).isEqualTo(next.get(p));
                }
            }
        }

        private void step() {
            switch (random.nextInt(14)) {
                case 0, 1, 2 -> receive();
                case 3, 4, 5, 6 -> answerSome();
                case 7 -> publishSome();
                case 8 -> {
                    world.pass(random.nextInt(300));
                    retryLog.bringBack();
                }
                case 9 -> streamUp();
                case 10 -> {
                    if (random.nextInt(4) == 0) {
                        streamDown();
                    }
                }
                case 11 -> {
                    if (partitions.size() < 4) {
                        assign();
                    }
                }
                case 12 -> {
                    if (random.nextInt(5) == 0) {
                        revoke();
                    }
                }
                default -> {
                    if (random.nextInt(20) == 0) {
                        world.pass(40_000);
                        forgetExpired();
                    }
                    world.publisherFull = random.nextInt(4) == 0;
                }
            }
        }

        private void assign() {
            PartitionEpoch p = world.assign("t", random.nextInt(3));
            partitions.add(p);
            next.put(p, 0L);
        }

        private void receive() {
            if (partitions.isEmpty()) {
                return;
            }
            PartitionEpoch p = partitions.get(random.nextInt(partitions.size()));
            for (int i = random.nextInt(30); i >= 0; i--) {
                long offset = next.get(p) + (random.nextInt(10) == 0 ? 1_000 : 0);
                world.receive(
                        p, offset, random.nextInt(20) == 0 ? null : "k" + random.nextInt(8), random.nextInt(2_000));
                next.put(p, offset + 1);
            }
        }

        private void streamUp() {
            if (streams.size() < 4) {
                FakeStream s = world.stream(1 + random.nextInt(50), 1_000 + random.nextInt(20_000));
                streams.add(s);
                open.put(s, new TreeMap<>());
            }
        }

        private void streamDown() {
            if (!streams.isEmpty()) {
                FakeStream s = streams.remove(random.nextInt(streams.size()));
                world.delivery.streamDown(s, random.nextBoolean(), world.nowNs);
            }
        }

        private void revoke() {
            if (!partitions.isEmpty()) {
                PartitionEpoch p = partitions.remove(random.nextInt(partitions.size()));
                if (random.nextBoolean()) {
                    world.delivery.lost(List.of(p), world.nowNs);
                } else {
                    world.delivery.revoke(List.of(p), world.nowNs + random.nextInt(500) * World.MS, world.nowNs);
                }
            }
        }

        /** Late answers for expired batches are part of the game, but their order no longer counts. */
        private void forgetExpired() {
            open.values().forEach(TreeMap::clear);
            streams.forEach(s -> s.batches.clear());
        }

        private void publishSome() {
            world.publisherFull = !calm && world.publisherFull;
            for (; lettersSeen < world.letters.size(); lettersSeen++) {
                DeadLetter letter = world.letters.get(lettersSeen);
                if (!calm && random.nextInt(3) == 0) {
                    world.delivery.publishFailed(letter, "failed", world.nowNs);
                } else {
                    assertThat(letter.entry().attempts()).isBetween(0, 3);
                    world.delivery.published(letter, world.nowNs);
                }
            }
            retryLog.write(calm ? () -> true : () -> random.nextInt(3) > 0);
        }

        private void answerSome() {
            for (FakeStream s : List.copyOf(streams)) {
                TreeMap<Long, Open> mine = open.get(s);
                s.batches.forEach(b -> mine.put(b.id(), new Open(b, new int[1])));
                s.batches.clear();
                for (Open o : List.copyOf(mine.values())) {
                    if (calm || random.nextInt(3) > 0) {
                        answer(s, o);
                    }
                    if (o.settledTo[0] == o.sent.size()) {
                        mine.remove(o.sent.id());
                    }
                }
            }
        }

        private void answer(FakeStream s, Open o) {
            int size = o.sent.size();
            int to = calm ? size : o.settledTo[0] + random.nextInt(size - o.settledTo[0] + 1);
            List<VerdictRange> verdicts = new ArrayList<>();
            for (int i = o.settledTo[0]; i < to; ) {
                int end = i + 1;
                while (end < size
                        && o.sent.groups().get(end).equals(o.sent.groups().get(i))) {
                    end++;
                }
                to = Math.max(to, end);
                i = group(o, i, end, verdicts);
            }
            o.settledTo[0] = to;
            if (!verdicts.isEmpty()) {
                assertThat(s.answer(o.sent.id(), verdicts.toArray(VerdictRange[]::new)))
                        .isNull();
            }
        }

        /** Verdicts for one whole group. */
        private int group(Open o, int from, int to, List<VerdictRange> verdicts) {
            for (int i = from; i < to; i++) {
                int dice = calm ? 0 : random.nextInt(10);
                if (dice == 9) {
                    verdicts.add(
                            random.nextBoolean()
                                    ? World.retry(i, random.nextInt(100), Scope.values()[random.nextInt(3)])
                                    : World.verdict(i, 1, Outcome.RELEASE));
                    if (i + 1 < to) {
                        verdicts.add(World.verdict(i + 1, to - i - 1, Outcome.RELEASE));
                    }
                    return to;
                }
                verdicts.add(dice == 8 ? World.verdict(i, 1, Outcome.REJECT) : VerdictRange.ack(i, 1));
                assertInOrder(o, i);
            }
            return to;
        }

        private void assertInOrder(Open o, int i) {
            PartitionEpoch p = o.sent.partitions().get(i);
            if (ordering == Ordering.PARTITION && partitions.contains(p)) {
                Long before =
                        lastAcked.put(p + "#" + p.epoch(), o.sent.offsets().get(i));
                assertThat(o.sent.offsets().get(i)).as("order of " + p).isGreaterThan(before == null ? -1 : before);
            }
        }
    }
}
