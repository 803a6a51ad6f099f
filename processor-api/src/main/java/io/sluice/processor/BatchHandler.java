package io.sluice.processor;

import java.util.List;

/**
 * Processes the records of a whole batch in one call, for work that is cheaper in bulk: one SQL statement, one
 * inference, one HTTP request.
 *
 * <p>Called from up to {@code concurrency} threads at once, each with a batch of its own; no group is in two batches
 * at once. Records of one group stand side by side, in the order of their offsets.
 */
@FunctionalInterface
public interface BatchHandler {
    /**
     * Processes a batch.
     *
     * @param records the records, at least one; the list is immutable
     * @return one verdict for each record, in the same order. After the first RETRY or RELEASE of a group the verdicts
     *     of the group's later records are replaced by RELEASE: order demands that they come again.
     * @throws Exception whatever is thrown, or a list of another length, fails the batch: the first record of each
     *     group becomes a RETRY with code {@link Verdict#HANDLER_EXCEPTION}, the others are released
     */
    List<Verdict> handle(List<Record> records) throws Exception;
}
