package io.sluice.ingest.delivery;

/** Something outgoing until it is durable; scheduled while it waits for another try. */
final class Letter extends Timed {
    final Outgoing content;
    int failures;

    Letter(Outgoing content) {
        this.content = content;
    }
}
