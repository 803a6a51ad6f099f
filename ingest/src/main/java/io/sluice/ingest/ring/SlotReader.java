package io.sluice.ingest.ring;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The consuming end of a ring: one thread takes what is there, when it likes. The slot that a reader throws on is
 * read again, so a reader that throws has to be the last (see {@code LaneRunner}).
 */
final class SlotReader<S> {
    private final RingBuffer<S> ring;
    private final EventPoller<S> poller;

    // owned by: the consuming thread
    private @Nullable Consumer<? super S> action;
    private int taken;
    private final EventPoller.Handler<S> handler = (slot, sequence, endOfBatch) -> take(slot);

    SlotReader(RingBuffer<S> ring) {
        this.ring = ring;
        this.poller = ring.newPoller();
        ring.addGatingSequences(poller.getSequence());
    }

    /** Hands every published slot to the action. Consuming thread. Returns how many there were. */
    int drain(Consumer<? super S> each) {
        action = each;
        taken = 0;
        try {
            poller.poll(handler);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return taken;
    }

    private boolean take(S slot) {
        if (action != null) {
            action.accept(slot);
        }
        taken++;
        return true;
    }

    /** Whether there is something to read. Any thread. */
    boolean hasWork() {
        return ring.getCursor() > poller.getSequence().get();
    }

    /** Sequence of the last slot read; -1: none. Any thread. */
    long read() {
        return poller.getSequence().get();
    }

    /** Slots that wait. Any thread; a moment's figure. */
    long size() {
        return Math.max(0, ring.getCursor() - poller.getSequence().get());
    }
}
