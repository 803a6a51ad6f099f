package io.sluice.ingest.ring;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import io.sluice.ingest.delivery.Outgoing;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lane to publisher: what is to be written, dead letters and records for retry topics. Bounded; one producer, one consumer. */
public final class PublishRing {
    private static final class Slot {
        @Nullable
        Outgoing letter;
    }

    private final RingBuffer<Slot> ring;
    private final SlotReader<Slot> slots;
    private final Doorbell doorbell = new Doorbell();
    private final AtomicLong full = new AtomicLong();

    /**
     * @param capacity slots, a power of two
     */
    public PublishRing(int capacity) {
        this.ring = RingBuffer.createSingleProducer(Slot::new, capacity, new YieldingWaitStrategy());
        this.slots = new SlotReader<>(ring);
    }

    /** Lane thread. False when full, which is counted: keep the letter and offer it again. */
    public boolean offer(Outgoing letter) {
        long sequence;
        try {
            sequence = ring.tryNext();
        } catch (InsufficientCapacityException e) {
            full.lazySet(full.get() + 1);
            return false;
        }
        ring.get(sequence).letter = letter;
        ring.publish(sequence);
        doorbell.ring();
        return true;
    }

    /** Hands every letter to the reader. Publish thread. Returns how many there were. */
    public int drain(Consumer<Outgoing> reader) {
        return slots.drain(slot -> {
            Outgoing letter = slot.letter;
            slot.letter = null;
            if (letter != null) {
                reader.accept(letter);
            }
        });
    }

    /**
     * Sleeps until there is a letter, {@code maxNs} have passed or {@link #wake()} is called, unless there is something
     * else to do already. Publish thread.
     *
     * @param otherWork what {@link #wake()} is called for: looked at again on the way to sleep, or a wake-up that came
     *     just before would be lost
     */
    public void await(long maxNs, BooleanSupplier otherWork) {
        doorbell.await(maxNs, () -> hasWork() || otherWork.getAsBoolean());
    }

    /** Ends an {@link #await}; call after the work is visible. Any thread. */
    public void wake() {
        doorbell.ring();
    }

    /** Whether the publisher has something to read. Any thread. */
    public boolean hasWork() {
        return slots.hasWork();
    }

    /** Letters that wait for the publisher. Any thread; a moment's figure. */
    public long size() {
        return slots.size();
    }

    public int capacity() {
        return ring.getBufferSize();
    }

    /** How often the lane found the ring full. Any thread. */
    public long fullCount() {
        return full.get();
    }
}
