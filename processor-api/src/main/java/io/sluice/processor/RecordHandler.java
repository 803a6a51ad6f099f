package io.sluice.processor;

/**
 * Processes one record at a time.
 *
 * <p>Called from up to {@code concurrency} threads at once, never for two records of one group at once, and within
 * a group in the order of the offsets. It may block: leases are extended by another thread.
 */
@FunctionalInterface
public interface RecordHandler {
    /**
     * Processes one record.
     *
     * @param record the record
     * @return what became of it; null counts as a failure
     * @throws Exception whatever is thrown becomes a RETRY with code {@link Verdict#HANDLER_EXCEPTION}
     */
    Verdict handle(Record record) throws Exception;
}
