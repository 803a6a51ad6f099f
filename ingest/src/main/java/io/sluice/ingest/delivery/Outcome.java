package io.sluice.ingest.delivery;

/** What a processor says of a record. */
public enum Outcome {
    /** Done. */
    ACK(1),
    /** Failed for now: delivered again. */
    RETRY(2),
    /** Will never work: dead-lettered. */
    REJECT(3),
    /** Not attempted: delivered again, counts nothing. */
    RELEASE(4);

    /** What {@link Batch#outcomes} holds for a record with this verdict. */
    final byte code;

    Outcome(int code) {
        this.code = (byte) code;
    }
}
