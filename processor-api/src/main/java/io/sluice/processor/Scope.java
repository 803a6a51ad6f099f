package io.sluice.processor;

/** What a RETRY holds back until it is due. */
public enum Scope {
    /** The record and, where order is kept, what comes after it in its group. Counts an attempt. */
    RECORD,
    /** The record's partition. Counts no attempt. */
    PARTITION,
    /** The whole pipeline: "the database is down, come back in 30 s". Counts no attempt. */
    PIPELINE
}
