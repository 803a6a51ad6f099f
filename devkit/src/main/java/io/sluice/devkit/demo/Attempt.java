package io.sluice.devkit.demo;

/**
 * One processing of a record as the processor saw it.
 *
 * @param key record key in base64; {@link #NO_KEY} if it has none
 * @param startNs when processing began, monotonic clock of the processor
 * @param endNs when the verdict was known, same clock
 * @param code code of a REJECT or RETRY; empty if none
 */
record Attempt(int partition, long offset, String key, long startNs, long endNs, Outcome outcome, String code) {
    static final String NO_KEY = "-";

    /** What the processor said of the record. */
    enum Outcome {
        ACK,
        RETRY,
        REJECT,
        RELEASE;

        /** Whether the record is not to come again. */
        boolean isTerminal() {
            return this == ACK || this == REJECT;
        }
    }
}
