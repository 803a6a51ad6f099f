package io.sluice.ingest.source;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends the poll in which a consumer rests, once in its life: when it is to stop. What the consumer throws for it may come out of the poll, or
 * out of whatever it waits for next, which may be the last commit: {@link Committer} commits again then. More than one would have to be
 * reckoned with at every turn, so what comes up while it works must be seen without one.
 */
final class Wake {
    private final AtomicBoolean used = new AtomicBoolean();
    private volatile @Nullable Consumer<?, ?> consumer;

    /** From here on {@link #once} ends its polls. Poll thread; it must look once more whether it is to stop before it polls. */
    void of(Consumer<?, ?> opened) {
        consumer = opened;
    }

    /** Any thread; call after it is visible what for. Without a consumer nothing has to be ended. */
    void once() {
        Consumer<?, ?> polling = consumer;
        if (polling != null && used.compareAndSet(false, true)) {
            polling.wakeup();
        }
    }
}
