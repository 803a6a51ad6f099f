package io.sluice.processor;

import java.util.concurrent.CompletionStage;

/**
 * Starts the processing of one record and says later what became of it.
 *
 * <p>Called from a single thread, which must not be blocked; up to {@code concurrency} groups are under way at once.
 * The next record of a group is started when the one before has completed. The stage may be completed by any thread.
 */
@FunctionalInterface
public interface AsyncRecordHandler {
    /**
     * Starts one record.
     *
     * @param record the record
     * @return completes with what became of it; completing with null or exceptionally counts as a failure
     * @throws Exception whatever is thrown becomes a RETRY with code {@link Verdict#HANDLER_EXCEPTION}
     */
    CompletionStage<Verdict> handle(Record record) throws Exception;
}
