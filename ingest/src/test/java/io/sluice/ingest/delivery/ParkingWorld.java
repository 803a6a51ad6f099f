package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * One source partition, its parking log and one owner after the other: writes that are late, lost, doubled or come in
 * any order, also those of dead owners; commits that say less than was done. The judge knows only which record of which key
 * was settled by a processor, in which life.
 */
final class ParkingWorld {
    static final int SHARE = 3;

    private record Write(ParkingEntry entry, long id) {}

    private final SplittableRandom random;
    final List<ByteBuffer> source = new ArrayList<>();
    private final List<ParkingEntry> log = new ArrayList<>();
    private final List<ParkingEntry> stray = new ArrayList<>();
    private final Map<ByteBuffer, List<Long>> offsetsOf = new HashMap<>();
    // What the group has committed.
    private long committed;
    private Set<Long> committedDone = Set.of();
    private long parkingCommitted;
    private long generation;
    // The judge.
    private final Map<ByteBuffer, Integer> last = new HashMap<>();
    private final Map<ByteBuffer, Integer> highest = new HashMap<>();
    private final Map<ByteBuffer, Integer> lastOfLife = new HashMap<>();
    // One life.
    private Parking parking;
    private ParkingEntry.Owner me;
    private long position;
    private long confirmed;
    private final TreeSet<Long> live = new TreeSet<>();
    private final Map<ByteBuffer, ArrayDeque<Long>> queues = new HashMap<>();
    private final Set<Long> fromLog = new HashSet<>();
    private final Set<ByteBuffer> waiting = new HashSet<>();
    private final List<Write> writes = new ArrayList<>();
    private long ids;
    // Figures.
    long parked;
    long readBack;
    long marks;
    int lives;

    ParkingWorld(long seed, int records, int keys) {
        this.random = new SplittableRandom(seed);
        for (long offset = 0; offset < records; offset++) {
            int k = random.nextInt(3) == 0 ? 0 : random.nextInt(keys);
            ByteBuffer key = ByteBuffer.wrap(("k" + k).getBytes(StandardCharsets.UTF_8));
            source.add(key);
            offsetsOf.computeIfAbsent(key, x -> new ArrayList<>()).add(offset);
        }
        begin();
    }

    /** A new owner claims the log and reads it. */
    private void begin() {
        lives++;
        generation = random.nextInt(20) == 0 ? 0 : generation + 1;
        lastOfLife.clear();
        live.clear();
        queues.clear();
        fromLog.clear();
        waiting.clear();
        writes.clear();
        parking = new Parking(SHARE);
        int read = (int) parkingCommitted;
        do {
            for (; read < log.size(); read++) {
                parking.read(log.get(read), read);
            }
            me = new ParkingEntry.Owner(parking.nextNumber(generation), random.nextLong());
            straysLand();
            log.add(me);
            for (; read < log.size(); read++) {
                parking.read(log.get(read), read);
            }
        } while (!parking.owner().equals(me));
        parking.begin();
        position = committed;
        confirmed = committed;
    }

    void step(boolean faults) {
        if (faults && random.nextInt(60) == 0) {
            crash();
            return;
        }
        if (faults && random.nextInt(10) == 0) {
            straysLand();
        }
        switch (random.nextInt(8)) {
            case 0, 1 -> arrive();
            case 2, 3 -> process(faults);
            case 4 -> readBack();
            case 5 -> mark();
            case 6 -> commit(faults);
            default -> write(faults);
        }
    }

    private void arrive() {
        if (position == source.size()) {
            return;
        }
        long offset = position++;
        if (committedDone.contains(offset)) {
            return;
        }
        ByteBuffer key = source.get((int) offset);
        ArrayDeque<Long> queue = queues.computeIfAbsent(key, k -> new ArrayDeque<>());
        switch (parking.arrived(key, offset, queue.size(), waiting.contains(key))) {
            case ENQUEUE -> {
                live.add(offset);
                queue.add(offset);
                if (waiting.contains(key)) {
                    assertThat(queue.size()).as("a waiting key takes no more").isLessThanOrEqualTo(SHARE);
                }
            }
            case PARK -> {
                live.add(offset);
                writes.add(new Write(new ParkingEntry.Parked(me, key, offset), ids++));
                parked++;
            }
            case PARKED_BEFORE -> {}
        }
    }

    private void process(boolean faults) {
        ByteBuffer key = anyKey();
        ArrayDeque<Long> queue = queues.get(key);
        if (queue == null || queue.isEmpty() || parking.holds(key)) {
            return;
        }
        if (faults && random.nextInt(4) == 0) {
            waiting.add(key);
        }
        if (waiting.contains(key) && faults && random.nextInt(8) != 0) {
            return;
        }
        waiting.remove(key);
        long offset = queue.remove();
        judge(key, offset);
        if (fromLog.remove(offset)) {
            parking.settled(key, offset);
        } else {
            live.remove(offset);
        }
    }

    private void judge(ByteBuffer key, long offset) {
        int index = offsetsOf.get(key).indexOf(offset);
        Integer before = lastOfLife.put(key, index);
        if (before == null) {
            assertThat(index).as("begins without a gap").isLessThanOrEqualTo(highest.getOrDefault(key, -1) + 1);
        } else {
            assertThat(index).as("goes on with the next of its key").isEqualTo(before + 1);
        }
        last.put(key, index);
        highest.merge(key, index, Math::max);
    }

    private void readBack() {
        ByteBuffer key = anyKey();
        ArrayDeque<Long> queue = queues.computeIfAbsent(key, k -> new ArrayDeque<>());
        if (!queue.isEmpty()) {
            return;
        }
        for (long place : parking.next(key, position)) {
            ParkingEntry.Parked entry = (ParkingEntry.Parked) log.get((int) place);
            assertThat(entry.key()).isEqualTo(key);
            queue.add(entry.origin());
            fromLog.add(entry.origin());
            readBack++;
        }
    }

    private void mark() {
        ByteBuffer key = anyKey();
        long upTo = parking.mark(key, confirmed);
        if (upTo >= 0) {
            writes.add(new Write(new ParkingEntry.Done(me, key, upTo), ids++));
            marks++;
        }
    }

    /** Completions are kept below a cut, as in the metadata of commits. */
    private void commit(boolean faults) {
        committed = live.isEmpty() ? position : Math.min(position, live.first());
        long cut = faults ? committed + random.nextInt(20) : Long.MAX_VALUE;
        Set<Long> done = new HashSet<>();
        for (long offset = committed; offset < Math.min(cut, source.size()); offset++) {
            boolean settled = offset < position ? !live.contains(offset) : committedDone.contains(offset);
            if (settled) {
                done.add(offset);
            }
        }
        committedDone = done;
        parkingCommitted = Math.max(0, parking.position());
        if (!faults || random.nextInt(3) > 0) {
            confirmed = committed;
        }
    }

    private void write(boolean faults) {
        if (writes.isEmpty()) {
            return;
        }
        int i = random.nextInt(writes.size());
        Write write = writes.get(i);
        int dice = faults ? random.nextInt(6) : 5;
        if (dice == 0) {
            return;
        }
        if (dice == 1) {
            stray.add(write.entry());
            return;
        }
        log.add(write.entry());
        if (dice == 2) {
            return;
        }
        writes.remove(i);
        if (write.entry() instanceof ParkingEntry.Parked entry) {
            parking.written(entry, log.size() - 1);
            live.remove(entry.origin());
        } else if (write.entry() instanceof ParkingEntry.Done done) {
            parking.marked(done.key());
        }
    }

    private void crash() {
        for (Write write : writes) {
            if (random.nextBoolean()) {
                stray.add(write.entry());
            }
        }
        if (random.nextInt(4) == 0) {
            // Somebody who read the log, chose a number, and comes late.
            stray.add(new ParkingEntry.Owner(me.number() + random.nextInt(2), me.id() + 1));
        }
        begin();
    }

    private void straysLand() {
        while (!stray.isEmpty() && random.nextBoolean()) {
            log.add(stray.remove(random.nextInt(stray.size())));
        }
    }

    private ByteBuffer anyKey() {
        return source.get(random.nextInt(source.size()));
    }

    boolean finished() {
        return committed == source.size() && !parking.keys().iterator().hasNext();
    }

    void checkNothingIsLeft() {
        offsetsOf.forEach((key, offsets) -> assertThat(last.get(key))
                .as("the last record of a key is its newest")
                .isEqualTo(offsets.size() - 1));
    }

    String describe() {
        return "lives " + lives + ", log " + log.size() + ", committed " + committed + " of " + source.size()
                + ", position " + position + ", live " + live + ", writes " + writes.size();
    }
}
