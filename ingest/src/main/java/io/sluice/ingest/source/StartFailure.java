package io.sluice.ingest.source;

import org.jspecify.annotations.Nullable;

/** A pipeline's source cannot start or go on; the message is one line for people. */
final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean retriable;

    StartFailure(String message, boolean retriable, @Nullable Throwable cause) {
        super(message, cause);
        this.retriable = retriable;
    }

    /** Whether it may work later without anybody changing the configuration. */
    boolean retriable() {
        return retriable;
    }
}
