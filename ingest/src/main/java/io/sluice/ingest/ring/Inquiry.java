package io.sluice.ingest.ring;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Any thread asks the lane for a picture of its state; the lane answers between two cycles. Those who ask before it has
 * answered share one answer.
 */
public final class Inquiry<T> {
    private final AtomicReference<@Nullable CompletableFuture<T>> open = new AtomicReference<>();

    /** Asks; ring the lane's doorbell afterwards. The answer is of a moment after this call. Any thread. */
    public CompletableFuture<T> ask() {
        CompletableFuture<T> mine = new CompletableFuture<>();
        CompletableFuture<T> before = open.compareAndExchange(null, mine);
        return before == null ? mine : before;
    }

    /** Whether somebody waits for an answer. Any thread. */
    public boolean isOpen() {
        return open.get() != null;
    }

    /** Answers whoever has asked; makes no picture if nobody has. Lane thread. */
    public void answer(Supplier<T> picture) {
        CompletableFuture<T> asked = open.get();
        if (asked != null) {
            // Closed before the picture is made: who asks from here on may not get one older than the question.
            open.set(null);
            asked.complete(picture.get());
        }
    }
}
