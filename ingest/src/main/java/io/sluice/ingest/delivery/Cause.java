package io.sluice.ingest.delivery;

/** Why a record was dead-lettered; the name is the value of the header {@code sluice.dlq.cause}. */
public enum Cause {
    /** A processor said REJECT. */
    REJECT,
    /** It failed {@code max_attempts} times. */
    ATTEMPTS,
    /** It kept failing for {@code max_age}. */
    EXPIRED,
    /** It ended {@code max_deliveries} streams while alone on them. */
    POISON,
    /** No connected processor accepts a frame that holds it. */
    TOO_LARGE,
    /** It was in a retry topic and was not put there by this pipeline. */
    DECODE
}
