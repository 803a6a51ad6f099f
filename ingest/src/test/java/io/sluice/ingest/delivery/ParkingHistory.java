package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One source partition with its parking log, and one whole lane after the other that owns it: keys that fail for a while, writes that
 * fail, come late, twice or never, reads that take their time, crashes, commits that say less than was done. What a processor
 * acked is judged as in {@link ParkingWorld}.
 */
final class ParkingHistory {
    static final int SHARE = 3;
    private static final String TOPIC = "t";

    private record Logged(ParkingEntry entry, byte[] value) {}

    private final SplittableRandom random;
    private final List<String> source = new ArrayList<>();
    private final Map<String, List<Long>> offsetsOf = new HashMap<>();
    private final List<Logged> log = new ArrayList<>();
    private final List<Logged> stray = new ArrayList<>();
    private final Set<String> failing = new HashSet<>();
    // What the group has committed.
    private long committed;
    private String committedDone = "";
    private long parkingCommitted;
    private long generation;
    // The judge.
    private final Map<String, Integer> last = new HashMap<>();
    private final Map<String, Integer> highest = new HashMap<>();
    private final Map<String, Integer> lastOfLife = new HashMap<>();
    // One life.
    private Lane lane;
    private PartitionEpoch partition;
    private World.FakeStream stream;
    private long position;
    private long confirmed;
    private int mostLive;
    private final long indexBytes;
    private final Set<Long> acked = new HashSet<>();
    /** After an orderly handover: what its owner had seen acked never comes again. */
    private Set<Long> handedOver = Set.of();

    private final Map<Long, Integer> failures = new HashMap<>();
    private final Map<Long, Integer> failuresOfLife = new HashMap<>();
    /** After an orderly handover: attempts that are known of for certain. */
    private Map<Long, Integer> failuresBefore = Map.of();

    private final Set<PartitionEpoch> left = new HashSet<>();
    int orderly;
    int withheld;
    int lives;
    long parked;
    long unparked;

    /** The lane's surroundings: a publisher and a reader that work when told to. */
    private final class Lane extends World {
        final List<ParkingWrite> writes = new ArrayList<>();
        final ArrayDeque<long[]> reads = new ArrayDeque<>();
        boolean claimed;
        long parkingPosition;

        Lane() {
            super(ParkingHistory.settings(indexBytes));
        }

        @Override
        public boolean publish(Outgoing letter) {
            if (publisherFull) {
                return false;
            }
            return letter instanceof ParkingWrite write ? writes.add(write) : letters.add((DeadLetter) letter);
        }

        @Override
        public void readParked(PartitionEpoch of, long[] places) {
            reads.add(places);
        }

        @Override
        public void parkingClaimed(PartitionEpoch of) {
            claimed |= of.equals(partition);
        }

        @Override
        public void parkingLeft(PartitionEpoch of) {
            left.add(of);
        }

        @Override
        public void parkedNow(PartitionEpoch of, int keys, long records, int waiting, long sinceNs) {
            withheld += waiting > 0 ? 1 : 0;
            assertThat(records).isNotNegative();
        }

        @Override
        public void parkingPosition(PartitionEpoch of, long place) {
            if (!of.equals(partition)) {
                return;
            }
            assertThat(place).as("parking position grows").isGreaterThan(parkingPosition - 1);
            parkingPosition = place;
        }

        @Override
        public long committed(PartitionEpoch of) {
            return confirmed;
        }
    }

    static DeliverySettings settings() {
        return settings(1 << 20);
    }

    static DeliverySettings settings(long indexBytes) {
        return Settings.of(Ordering.KEY)
                .retry(new RetryPolicy(1_000_000, 2, 10 * World.MS, 50 * World.MS, 2, 0, RetryPolicy.ANY_AGE))
                .parking(SHARE, 1_000, indexBytes)
                .build();
    }

    ParkingHistory(long seed, int records, int keys) {
        this.random = new SplittableRandom(seed);
        // For two partitions: room for all, for three keys and some records, or for nothing.
        this.indexBytes = seed % 3 == 0 ? 3_400 : seed % 7 == 0 ? 1 : 1 << 20;
        for (long offset = 0; offset < records; offset++) {
            String key = "k" + (random.nextInt(2) == 0 ? 0 : random.nextInt(keys));
            source.add(key);
            if (!rejected(offset)) {
                offsetsOf.computeIfAbsent(key, k -> new ArrayList<>()).add(offset);
            }
        }
        begin();
    }

    /** Goes to the dead-letter topic. Its key goes on meanwhile, so after a crash it may come again alone: it is not judged. */
    private static boolean rejected(long offset) {
        return offset % 17 == 5;
    }

    private void begin() {
        lives++;
        lastOfLife.clear();
        failuresOfLife.clear();
        acked.clear();
        generation++;
        lane = new Lane();
        lane.nowNs += lives * 1_000_000_000L;
        partition = new PartitionEpoch(TOPIC, 0, lives);
        lane.delivery.assigned(partition);
        lane.delivery.restored(
                partition,
                CompletionCodec.decode(committedDone, "p", TOPIC, 0, committed).completions());
        stream = lane.stream(1_000);
        position = committed;
        confirmed = committed;
        lane.delivery.position(partition, position);
        PartitionEpoch sibling = new PartitionEpoch(TOPIC, 1, lives);
        lane.delivery.assigned(sibling);
        if (random.nextBoolean()) {
            claimEmpty(sibling);
        }
        int read = (int) parkingCommitted;
        for (; read < log.size(); read++) {
            lane.delivery.parking().read(partition, log.get(read).entry(), read);
            if (random.nextInt(32) == 0) {
                lane.pass(random.nextInt(6));
            }
        }
        straysLand();
        lane.delivery.parking().readToEnd(partition, generation);
        lane.cycle();
        while (!lane.claimed) {
            write(false);
            for (; read < log.size(); read++) {
                lane.delivery.parking().read(partition, log.get(read).entry(), read);
            }
            lane.cycle();
        }
    }

    /** Another partition of the lane is ready while the log of this one is still being read. */
    private void claimEmpty(PartitionEpoch sibling) {
        ParkingDesk desk = lane.delivery.parking();
        desk.readToEnd(sibling, generation);
        lane.cycle();
        ParkingWrite claim = lane.writes.remove(0);
        desk.published(claim, 0, lane.nowNs);
        desk.read(sibling, claim.content(), 0);
        lane.pass(5);
    }

    void step(boolean faults) {
        if (faults && random.nextInt(150) == 0) {
            crash();
            return;
        }
        if (faults && random.nextInt(20) == 0) {
            straysLand();
        }
        if (faults && random.nextInt(20) == 0) {
            String key = "k" + random.nextInt(4);
            if (!failing.remove(key)) {
                failing.add(key);
            }
        }
        if (!faults) {
            failing.clear();
        }
        letter(faults);
        lane.publisherFull = faults && random.nextInt(10) == 0;
        switch (random.nextInt(8)) {
            case 0, 1 -> arrive();
            case 2, 3 -> answer();
            case 4 -> back();
            case 5 -> commit(faults);
            case 6 -> write(faults);
            default -> lane.pass(1 + random.nextInt(40));
        }
        lane.cycle();
        mostLive = Math.max(mostLive, lane.delivery.partitions().liveRecords());
    }

    private void arrive() {
        for (int i = random.nextInt(4); i >= 0 && position < source.size(); i--) {
            lane.receive(partition, position, source.get((int) position), 10 + (int) (position * 37 % 400));
            position++;
        }
    }

    /** The processor answers its oldest batch; a key that fails does so at the first record of its group. */
    private void answer() {
        if (stream.batches.isEmpty()) {
            return;
        }
        World.Sent batch = stream.batches.remove(0);
        List<VerdictRange> verdicts = new ArrayList<>();
        int stopped = -1;
        for (int i = 0; i < batch.size(); i++) {
            Long offset = batch.offsets().get(i);
            String key = source.get(offset.intValue());
            assertThat(batch.attempts().get(i) - 1)
                    .as("failures of %d", offset)
                    .isBetween(failuresBefore.getOrDefault(offset, 0), failures.getOrDefault(offset, 0));
            if (batch.groups().get(i) == stopped) {
                verdicts.add(World.verdict(i, 1, Outcome.RELEASE));
            } else if (failing.contains(key)) {
                stopped = batch.groups().get(i);
                failures.merge(offset, 1, Integer::sum);
                failuresOfLife.put(offset, batch.attempts().get(i));
                verdicts.add(World.retry(i, -1, Scope.RECORD));
            } else if (rejected(batch.offsets().get(i))) {
                verdicts.add(World.verdict(i, 1, Outcome.REJECT));
            } else {
                judge(key, batch.offsets().get(i));
                verdicts.add(VerdictRange.ack(i, 1));
            }
        }
        assertThat(stream.answer(batch, verdicts.toArray(VerdictRange[]::new))).isNull();
    }

    private void judge(String key, long offset) {
        int index = offsetsOf.get(key).indexOf(offset);
        assertThat(handedOver).as("%s was handed over", offset).doesNotContain(offset);
        acked.add(offset);
        Integer before = lastOfLife.put(key, index);
        if (before == null) {
            assertThat(index).as("%s begins without a gap", key).isLessThanOrEqualTo(highest.getOrDefault(key, -1) + 1);
        } else {
            assertThat(index).as("%s goes on with the next", key).isEqualTo(before + 1);
        }
        last.put(key, index);
        highest.merge(key, index, Math::max);
    }

    private void back() {
        long[] places = lane.reads.poll();
        if (places == null) {
            return;
        }
        for (long place : places) {
            assertThat(place).as("not trimmed").isGreaterThanOrEqualTo(parkingCommitted);
            Logged logged = log.get((int) place);
            ParkingEntry.Parked entry = (ParkingEntry.Parked) logged.entry();
            byte[] key = source.get((int) entry.origin()).getBytes(StandardCharsets.UTF_8);
            assertThat(entry.key().array()).isEqualTo(key);
            lane.delivery.parking().back(partition, entry.origin(), 1, 0, key, logged.value(), Header.NONE, lane.nowNs);
        }
    }

    private void commit(boolean faults) {
        lane.delivery.position(partition, position);
        if (faults && random.nextInt(4) > 0) {
            return;
        }
        lane.pass(150);
        long told = lane.committable.getOrDefault(partition, -1L);
        if (told < committed) {
            return;
        }
        committed = told;
        committedDone = faults && random.nextBoolean() ? "" : lane.completions.getOrDefault(partition, "");
        parkingCommitted = Math.max(parkingCommitted, lane.parkingPosition);
        if (!faults || random.nextInt(3) > 0) {
            confirmed = committed;
        }
    }

    private void write(boolean faults) {
        if (lane.writes.isEmpty()) {
            return;
        }
        ParkingWrite write = lane.writes.remove(random.nextInt(lane.writes.size()));
        Logged logged = new Logged(write.content(), write.entry().value());
        int dice = faults ? random.nextInt(6) : 5;
        if (dice == 0 || dice == 1) {
            // Given up; what it carried may be there all the same, or come later.
            if (dice == 1) {
                stray.add(logged);
            } else if (random.nextBoolean()) {
                log.add(logged);
            }
            lane.delivery.parking().publishFailed(write, "lost", lane.nowNs);
            return;
        }
        log.add(logged);
        lane.delivery.parking().published(write, log.size() - 1, lane.nowNs);
    }

    private void letter(boolean faults) {
        if (!lane.letters.isEmpty() && random.nextInt(3) == 0) {
            DeadLetter letter = lane.letters.remove(random.nextInt(lane.letters.size()));
            if (faults && random.nextInt(3) == 0) {
                lane.delivery.publishFailed(letter, "lost", lane.nowNs);
            } else {
                lane.delivery.published(letter, lane.nowNs);
            }
        }
    }

    private void crash() {
        count();
        handedOver = Set.of();
        failuresBefore = Map.of();
        boolean inOrder = random.nextBoolean();
        // A letter that is not durable leaves its record behind, and with it what was acked above it.
        boolean letters = !lane.letters.isEmpty()
                || lane.delivery.desk().held() + lane.delivery.desk().waiting() > 0;
        for (ParkingWrite write : lane.writes) {
            if (random.nextBoolean()) {
                stray.add(new Logged(write.content(), write.entry().value()));
            }
        }
        if (inOrder) {
            // Given up in order: what was told last is committed.
            lane.delivery.revoke(List.of(partition), lane.nowNs + 1, lane.nowNs);
            lane.pass(1);
            new Invariants(lane.delivery).check();
            assertThat(lane.delivery.partitions().liveRecords()).isZero();
            if (lane.revoked.get(partition) >= committed) {
                committed = lane.revoked.get(partition);
                committedDone = lane.completions.getOrDefault(partition, "");
            }
            leave(letters);
        }
        begin();
    }

    /** Says to the log what the last commit settles; all of it gets there, or not. */
    private void leave(boolean letters) {
        lane.writes.clear();
        lane.publisherFull = false;
        boolean all = random.nextBoolean();
        lane.delivery
                .parking()
                .leave(
                        partition,
                        committed,
                        CompletionCodec.decode(committedDone, "p", TOPIC, 0, committed)
                                .completions());
        lane.cycle();
        for (ParkingWrite write : List.copyOf(lane.writes)) {
            if (all || random.nextBoolean()) {
                log.add(new Logged(write.content(), write.entry().value()));
                lane.delivery.parking().published(write, log.size() - 1, lane.nowNs);
            }
        }
        if (all) {
            assertThat(left).as("left").contains(partition);
        }
        if (all && !letters) {
            orderly++;
            handedOver = Set.copyOf(acked);
            failuresBefore = Map.copyOf(failuresOfLife);
        }
    }

    private void count() {
        parked += lane.delivery.stats().parked.get();
        unparked += lane.delivery.stats().unparked.get();
    }

    private void straysLand() {
        while (!stray.isEmpty() && random.nextBoolean()) {
            log.add(stray.remove(random.nextInt(stray.size())));
        }
    }

    boolean finished() {
        return committed == source.size()
                && lane.delivery.partitions().ledger(partition).parking.core.isIdle();
    }

    void checkNothingIsLeft() {
        count();
        offsetsOf.forEach((key, offsets) -> assertThat(last.get(key))
                .as("the last record of %s is its newest", key)
                .isEqualTo(offsets.size() - 1));
        assertThat(lane.delivery.partitions().liveRecords()).isZero();
    }

    String describe() {
        return "lives " + lives + ", log " + log.size() + ", committed " + committed + " of " + source.size()
                + ", position " + position + ", writes " + lane.writes.size() + ", reads " + lane.reads.size() + "\n"
                + lane.describe();
    }
}
