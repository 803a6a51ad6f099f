package io.sluice.bench;

/** A question about speed, and how it is answered. Stateless. */
interface Suite {
    /** As {@code --suite} takes it. */
    String name();

    /** What it compares, on one line. */
    String description();

    /** Measures, and leaves what it found with {@link Bench#results}. */
    void run(Bench bench);
}
