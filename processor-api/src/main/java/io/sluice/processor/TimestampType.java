package io.sluice.processor;

/** Who set a record's timestamp. */
public enum TimestampType {
    /** Nobody, or unknown. */
    NONE,
    /** The producer, when it made the record. */
    CREATE_TIME,
    /** The broker, when it stored the record. */
    LOG_APPEND_TIME
}
