package io.sluice.ingest.delivery;

/** Something with a deadline in a {@link Deadlines} heap; in one heap at a time. */
abstract class Timed {
    long dueNs;
    /** Position in the heap; -1: in none. */
    int heapIndex = -1;
    /** Breaks ties by order of scheduling, so that equal deadlines fire in a fixed order. */
    long heapOrder;
}
