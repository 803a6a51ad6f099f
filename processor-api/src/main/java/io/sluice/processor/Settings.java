package io.sluice.processor;

import java.time.Duration;

/** A processor's settings, checked by the builder. */
record Settings(
        String name,
        String version,
        String instanceId,
        Handler handler,
        int concurrency,
        int creditRecords,
        long creditBytes,
        int maxFrameBytes,
        boolean extendLease,
        String host,
        int port,
        Duration drainTimeout) {

    /** One of the three kinds of handler. */
    sealed interface Handler {
        record OfRecord(RecordHandler handler) implements Handler {}

        record Async(AsyncRecordHandler handler) implements Handler {}

        record OfBatch(BatchHandler handler) implements Handler {}
    }

    Runner newRunner() {
        if (handler instanceof Handler.OfRecord h) {
            return new RecordRunner(name, h.handler(), concurrency);
        }
        if (handler instanceof Handler.Async h) {
            return new AsyncRunner(name, h.handler(), concurrency);
        }
        return new BatchRunner(name, ((Handler.OfBatch) handler).handler(), concurrency);
    }
}
