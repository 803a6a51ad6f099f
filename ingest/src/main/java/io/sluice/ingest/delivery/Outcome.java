package io.sluice.ingest.delivery;

/** What a processor says of a record. */
public enum Outcome {
    /** Done. */
    ACK,
    /** Failed for now: delivered again. */
    RETRY,
    /** Will never work: dead-lettered. */
    REJECT,
    /** Not attempted: delivered again, counts nothing. */
    RELEASE
}
