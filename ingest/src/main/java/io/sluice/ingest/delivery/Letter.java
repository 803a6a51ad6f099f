package io.sluice.ingest.delivery;

/** A dead letter until it is durable; scheduled while it waits for another try. */
final class Letter extends Timed {
    final DeadLetter content;
    int failures;

    Letter(DeadLetter content) {
        this.content = content;
    }
}
