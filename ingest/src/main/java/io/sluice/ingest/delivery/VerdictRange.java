package io.sluice.ingest.delivery;

/**
 * One verdict for the records {@code first .. first + count - 1} of a batch.
 *
 * @param outcome null: not a known outcome, which is a violation
 * @param code short name for machines, may be empty
 * @param reason one line for people, may be empty
 * @param retryAfterNs earliest next attempt from now in nanoseconds; negative: the pipeline's backoff
 * @param headers for the dead letter of a REJECT
 */
public record VerdictRange(
        int first,
        int count,
        Outcome outcome,
        String code,
        String reason,
        long retryAfterNs,
        Scope scope,
        Header[] headers) {

    /** A plain acknowledgement. */
    public static VerdictRange ack(int first, int count) {
        return new VerdictRange(first, count, Outcome.ACK, "", "", -1, Scope.RECORD, Header.NONE);
    }
}
