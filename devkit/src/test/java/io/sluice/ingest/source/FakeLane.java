package io.sluice.ingest.source;

import io.sluice.ingest.delivery.Entry;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.ring.CommitBoard;
import io.sluice.ingest.ring.Doorbell;
import io.sluice.ingest.ring.Position;
import io.sluice.ingest.ring.RecordRing;
import io.sluice.ingest.ring.RecordSlot;
import io.sluice.ingest.ring.Revocation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.NullUnmarked;

/** Drains a record ring as a lane does, settles what it is told to, and checks what it sees. */
@NullUnmarked // the package is marked by the gateway; tests pass nulls on purpose
final class FakeLane implements AutoCloseable {
    /** A record as seen in its slot. */
    @SuppressWarnings("ArrayRecordComponent")
    record Seen(
            PartitionEpoch partition,
            long offset,
            long timestampMs,
            int timestampType,
            byte[] key,
            byte[] value,
            Header[] headers) {
        String where() {
            return partition + "@" + offset;
        }
    }

    /** What is known of a partition. Owned by: lane thread. */
    private static final class Part {
        final CommitBoard board;
        final ArrayDeque<Seen> open = new ArrayDeque<>();
        long next = -1;
        long settledRecords;
        long settledBytes;

        Part(CommitBoard board) {
            this.board = board;
        }
    }

    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    final Doorbell doorbell = new Doorbell();
    final RecordRing ring;
    final ConcurrentLinkedQueue<Seen> seen = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<RecordSlot.Restored> restored = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Revocation> revocations = new ConcurrentLinkedQueue<>();
    volatile Predicate<String> settles = partition -> true;
    volatile boolean stalled;
    volatile boolean answers = true;
    volatile long mostOpen;
    volatile long mostOpenBytes;

    private final IdentityHashMap<PartitionEpoch, Part> parts = new IdentityHashMap<>();
    private final Thread thread = new Thread(this::run, "fake-lane");
    private volatile boolean closing;

    FakeLane(int capacity) {
        ring = new RecordRing(capacity, doorbell);
        thread.setDaemon(true);
        thread.start();
    }

    List<String> where() {
        return seen.stream().map(Seen::where).toList();
    }

    @Override
    public void close() {
        closing = true;
        doorbell.ring();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing) {
            if (!stalled) {
                ring.drain(this::on);
                // What it keeps waits for the test, not for a stream.
                ring.ready(0);
                parts.values().forEach(this::settle);
            }
            doorbell.await(IDLE_NS, () -> !stalled && ring.hasWork());
        }
    }

    private void on(RecordSlot slot) {
        switch (slot.kind) {
            case ASSIGNED -> {
                RecordSlot.Assigned word = (RecordSlot.Assigned) slot.word;
                parts.put(word.partition(), new Part(word.board()));
            }
            case RECORD -> record(slot);
            case RESTORED -> restored.add((RecordSlot.Restored) slot.word);
            case POSITION -> position(slot);
            case REVOKED -> revoke((Revocation) slot.word);
        }
    }

    private void record(RecordSlot slot) {
        Part part = part(slot);
        if (part == null) {
            return;
        }
        Seen record = new Seen(
                slot.partition, slot.offset, slot.timestampMs, slot.timestampType, slot.key, slot.value, slot.headers);
        if (slot.offset < part.next) {
            violations.add(record.where() + " came after position " + part.next);
        }
        part.next = slot.offset + 1;
        part.open.add(record);
        seen.add(record);
        mostOpen = Math.max(
                mostOpen, parts.values().stream().mapToLong(p -> p.open.size()).sum());
        mostOpenBytes = Math.max(mostOpenBytes, openBytes());
    }

    private void position(RecordSlot slot) {
        Part part = part(slot);
        if (part == null) {
            return;
        }
        if (slot.offset < part.next) {
            violations.add("position " + slot.partition + "@" + slot.offset + " is below " + part.next);
        }
        part.next = slot.offset;
        settle(part);
    }

    private Part part(RecordSlot slot) {
        Part part = parts.get(slot.partition);
        if (part == null) {
            violations.add(slot.kind + " of " + slot.partition + "@" + slot.offset + " which is not assigned");
        }
        return part;
    }

    private void revoke(Revocation revocation) {
        revocations.add(revocation);
        for (PartitionEpoch partition : revocation.partitions()) {
            Part part = parts.remove(partition);
            if (part == null) {
                violations.add("revoked but not assigned: " + partition);
            } else if (answers) {
                settle(part);
                revocation.answer(partition, new Position(committable(part), ""));
            }
        }
    }

    private void settle(Part part) {
        String name = part.board.partition().toString();
        while (!part.open.isEmpty() && settles.test(name)) {
            part.settledRecords++;
            part.settledBytes += bytes(part.open.remove());
        }
        part.board.progress(committable(part), part.settledRecords, part.settledBytes);
    }

    private static long committable(Part part) {
        return part.open.isEmpty() ? part.next : part.open.element().offset();
    }

    private long openBytes() {
        List<Seen> all = new ArrayList<>();
        parts.values().forEach(part -> all.addAll(part.open.size() < 200 ? part.open : List.of()));
        return all.stream().mapToLong(FakeLane::bytes).sum();
    }

    private static long bytes(Seen record) {
        return Entry.bytesOf(record.key(), record.value(), record.headers());
    }
}
