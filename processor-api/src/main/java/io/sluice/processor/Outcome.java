package io.sluice.processor;

/** What became of a record. */
public enum Outcome {
    /** Done: its offset may be committed. */
    ACK,
    /** Failed for now: delivered again later. */
    RETRY,
    /** Will never work: dead-lettered with its code and reason. */
    REJECT,
    /** Not attempted: delivered again, counts nothing. */
    RELEASE
}
