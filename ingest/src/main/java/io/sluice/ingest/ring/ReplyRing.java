package io.sluice.ingest.ring;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.SleepingWaitStrategy;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Edges to lane: what streams and the publisher report. Bounded; many producers, one consumer.
 *
 * <p>A producer that finds the ring full waits for the lane. That cannot last: the lane empties this ring first in
 * every cycle and itself never waits for a producer. Streams ask for one frame at a time, so that a flood from
 * one processor fills its own share only.
 */
public final class ReplyRing {
    private static final class Slot {
        @Nullable
        Reply reply;
    }

    private final RingBuffer<Slot> ring;
    private final SlotReader<Slot> slots;
    private final Doorbell doorbell;
    private final LongAdder full = new LongAdder();

    /**
     * @param capacity slots, a power of two
     * @param doorbell of the lane
     */
    public ReplyRing(int capacity, Doorbell doorbell) {
        this.ring = RingBuffer.createMultiProducer(Slot::new, capacity, new SleepingWaitStrategy());
        this.slots = new SlotReader<>(ring);
        this.doorbell = doorbell;
    }

    /** Adds a reply and wakes the lane; waits for room if the ring is full, which is counted. Any thread but the lane. */
    public void put(Reply reply) {
        long sequence;
        try {
            sequence = ring.tryNext();
        } catch (InsufficientCapacityException e) {
            full.increment();
            sequence = ring.next();
        }
        ring.get(sequence).reply = reply;
        ring.publish(sequence);
        doorbell.ring();
    }

    /** Hands every reply to the reader. Lane thread. Returns how many there were. */
    public int drain(Consumer<Reply> reader) {
        return slots.drain(slot -> {
            Reply reply = slot.reply;
            slot.reply = null;
            if (reply != null) {
                reader.accept(reply);
            }
        });
    }

    /** Whether the lane has something to read. Any thread. */
    public boolean hasWork() {
        return slots.hasWork();
    }

    /** Replies that wait for the lane. Any thread; a moment's figure. */
    public long size() {
        return slots.size();
    }

    public int capacity() {
        return ring.getBufferSize();
    }

    /** How often a producer found the ring full. Any thread. */
    public long fullCount() {
        return full.sum();
    }
}
