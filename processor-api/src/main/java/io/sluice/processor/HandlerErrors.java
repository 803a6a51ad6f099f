package io.sluice.processor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that a handler failed, at most once in ten seconds: a database that is down fails every record. */
final class HandlerErrors {
    private static final Logger LOG = LoggerFactory.getLogger(HandlerErrors.class);
    private static final long QUIET_NS = 10_000_000_000L;

    private boolean said;
    private long lastNs;
    private long silent;

    /** A RETRY for an error; logs it, with its stack only at DEBUG. */
    Verdict failed(Throwable error) {
        Verdict verdict = Verdict.failed(error);
        long count = due(System.nanoTime());
        if (count > 0) {
            LOG.atWarn()
                    .addKeyValue("error", verdict.reason())
                    .addKeyValue("failures", count)
                    .log("handler failed: the record is to be retried");
            LOG.debug("handler failed", error);
        }
        return verdict;
    }

    private synchronized long due(long nowNs) {
        silent++;
        if (said && nowNs - lastNs < QUIET_NS) {
            return 0;
        }
        said = true;
        lastNs = nowNs;
        long count = silent;
        silent = 0;
        return count;
    }
}
