package io.sluice.ingest.delivery;

/** What a {@link Outcome#RETRY} holds back until it is due. Only {@link #RECORD} counts an attempt. */
public enum Scope {
    RECORD,
    PARTITION,
    PIPELINE
}
