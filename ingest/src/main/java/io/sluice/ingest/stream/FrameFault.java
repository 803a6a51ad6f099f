package io.sluice.ingest.stream;

/**
 * How a single processor frame can be wrong, whatever is open on its stream. The names are counted, shown to the
 * processor and listed in PROTOCOL.md. What is wrong only in view of the open batches is judged by the core.
 */
enum FrameFault {
    /** None of the kinds of frame is set. */
    FRAME_EMPTY,
    FRAME_BEFORE_HELLO,
    SECOND_HELLO,
    /** The range of protocol versions is upside down or does not hold ours. */
    HELLO_PROTOCOL,
    /** The largest frame the processor accepts is too small to be of use, or no length at all. */
    HELLO_FRAME_BYTES,
    CREDIT_RANGE,
    BATCH_ID_RANGE,
    INDEX_RANGE,
    OUTCOME_UNSPECIFIED,
    SCOPE_UNKNOWN,
    DURATION_RANGE,
    OUTPUT_UNDECLARED,
    /** More items in one frame than could make sense. */
    TOO_MANY,
    /** Bytes that are no frame: gRPC cuts the call before anybody can say so on it. */
    FRAME_UNREADABLE,
    /** Above the length the gateway's hello allows; cut as well. */
    FRAME_TOO_LARGE
}
