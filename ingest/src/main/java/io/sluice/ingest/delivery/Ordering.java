package io.sluice.ingest.delivery;

/** Which records of a pipeline go one after the other, in offset order. */
public enum Ordering {
    /** Each record is on its own. */
    NONE,
    /** Records of one key in one partition; a record without a key is on its own. */
    KEY,
    /** Records of one partition. */
    PARTITION
}
