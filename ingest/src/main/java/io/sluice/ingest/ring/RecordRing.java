package io.sluice.ingest.ring;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Poll thread to lane: records and words about the assignment, in order. Bounded; one producer, one consumer. The
 * producer claims and publishes in batches.
 */
public final class RecordRing {
    private final RingBuffer<RecordSlot> ring;
    private final SlotReader<RecordSlot> slots;
    private final Doorbell doorbell;
    private final AtomicLong full = new AtomicLong();

    /** Sequence up to which all was read and sent, or waits for something else. Written by: lane thread. */
    private final AtomicLong passed = new AtomicLong(-1);

    // owned by: poll thread
    private long claimedFrom;
    private int claimed;

    /**
     * @param capacity slots, a power of two
     * @param doorbell of the lane
     */
    public RecordRing(int capacity, Doorbell doorbell) {
        this.ring = RingBuffer.createSingleProducer(RecordSlot::new, capacity, new YieldingWaitStrategy());
        this.slots = new SlotReader<>(ring);
        this.doorbell = doorbell;
    }

    /**
     * Claims up to {@code max} slots; fill them through {@link #claimed(int)}, then {@link #publish()}. Poll thread.
     *
     * @return how many were claimed; 0: full, which is counted
     */
    public int claim(int max) {
        int n = (int) Math.min(max, ring.remainingCapacity());
        if (n <= 0) {
            full.lazySet(full.get() + 1);
            return 0;
        }
        try {
            long last = ring.tryNext(n);
            claimedFrom = last - n + 1;
            claimed = n;
            return n;
        } catch (InsufficientCapacityException e) {
            throw new AssertionError("one producer: remaining capacity only grows", e);
        }
    }

    /** A claimed slot, from 0. Poll thread. */
    public RecordSlot claimed(int index) {
        return ring.get(claimedFrom + index);
    }

    /** Makes the claimed slots visible to the lane and wakes it. Poll thread. */
    public void publish() {
        ring.publish(claimedFrom, claimedFrom + claimed - 1);
        doorbell.ring();
    }

    /** Hands every published slot to the reader, which must copy what it keeps. Lane thread. Returns how many there were. */
    public int drain(Consumer<RecordSlot> reader) {
        return slots.drain(slot -> {
            reader.accept(slot);
            slot.clear();
        });
    }

    /**
     * Says how many of the records read so far could be sent and were not. Lane thread, at the end of a cycle.
     *
     * @return whether that changes the {@link #backlog}, so that the poll thread should look again
     */
    public boolean ready(int records) {
        long now = slots.read() - records;
        if (now == passed.getPlain()) {
            return false;
        }
        passed.setRelease(now);
        return true;
    }

    /** Records that wait here, or behind the ring for a processor that takes them. Any thread; a moment's figure. */
    public long backlog() {
        // In this order, or another thread than the poll thread might see more passed than was published.
        long before = passed.getAcquire();
        return ring.getCursor() - before;
    }

    /** Whether the lane has something to read. Any thread. */
    public boolean hasWork() {
        return slots.hasWork();
    }

    /** Slots that wait for the lane. Any thread; a moment's figure. */
    public long size() {
        return slots.size();
    }

    public int capacity() {
        return ring.getBufferSize();
    }

    /** How often the poll thread found the ring full. Any thread. */
    public long fullCount() {
        return full.get();
    }
}
