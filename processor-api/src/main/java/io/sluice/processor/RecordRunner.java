package io.sluice.processor;

import java.util.concurrent.ExecutorService;

/** Runs a blocking handler record by record; the threads of the pool share out a batch's groups. */
final class RecordRunner implements Runner {
    private final RecordHandler handler;
    private final int concurrency;
    private final ExecutorService threads;
    private final HandlerErrors errors = new HandlerErrors();

    RecordRunner(String name, RecordHandler handler, int concurrency) {
        this.handler = handler;
        this.concurrency = concurrency;
        this.threads = Runner.threads(name, concurrency);
    }

    @Override
    public void submit(OpenBatch batch) {
        int tasks = Math.min(concurrency, batch.groups());
        for (int i = 0; i < tasks; i++) {
            threads.execute(() -> runGroups(batch));
        }
    }

    private void runGroups(OpenBatch batch) {
        int done = 0;
        for (int group = batch.claimNext(); group >= 0; group = batch.claimNext()) {
            runGroup(batch, batch.start(group), batch.end(group));
            done++;
        }
        batch.groupsDone(done);
    }

    private void runGroup(OpenBatch batch, int start, int end) {
        for (int i = start; i < end; i++) {
            if (batch.mustRelease(i)) {
                batch.releaseFrom(i, end);
                return;
            }
            Verdict verdict = call(batch.record(i));
            batch.settle(i, verdict);
            if (verdict.stopsGroup()) {
                batch.releaseFrom(i + 1, end);
                return;
            }
        }
    }

    // Whatever a handler throws is an answer about its record, also an Error: the thread and the stream go on.
    @SuppressWarnings({"CatchThrowable", "ConstantValue"})
    private Verdict call(Record record) {
        try {
            Verdict verdict = handler.handle(record);
            return verdict != null ? verdict : errors.failed(new NullPointerException("the handler returned null"));
        } catch (Throwable error) {
            // Interrupted by stop(): not the record's fault, and nobody waits for the answer.
            return threads.isShutdown() ? Verdict.release() : errors.failed(error);
        }
    }

    @Override
    public void stop() {
        threads.shutdownNow();
    }
}
