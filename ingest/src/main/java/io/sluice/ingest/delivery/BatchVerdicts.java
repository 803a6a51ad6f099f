package io.sluice.ingest.delivery;

import java.util.List;

/**
 * What one results frame says of one batch.
 *
 * @param batchId as given to the stream with the batch
 */
public record BatchVerdicts(long batchId, List<VerdictRange> verdicts) {}
