package io.sluice.processor.testkit;

/** Which records the test kit gives to a handler one after the other. */
public enum Grouping {
    /** Those of one key in one partition, as a pipeline with {@code ordering: key} does. */
    BY_KEY,
    /** Those of one partition, as with {@code ordering: partition}. */
    BY_PARTITION,
    /** None: each record is on its own, as with {@code ordering: none}. */
    NONE
}
