package io.sluice.processor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Runs a whole-batch handler: one call for all groups of a batch that nobody has begun. */
final class BatchRunner implements Runner {
    private final BatchHandler handler;
    private final ExecutorService threads;
    private final HandlerErrors errors = new HandlerErrors();

    BatchRunner(String name, BatchHandler handler, int concurrency) {
        this.handler = handler;
        this.threads = Runner.threads(name, concurrency);
    }

    @Override
    public void submit(OpenBatch batch) {
        threads.execute(() -> runBatch(batch));
    }

    private void runBatch(OpenBatch batch) {
        List<Integer> groups = new ArrayList<>();
        List<Record> records = new ArrayList<>(batch.size());
        for (int group = batch.claimNext(); group >= 0; group = batch.claimNext()) {
            if (batch.mustRelease(batch.start(group))) {
                batch.releaseFrom(batch.start(group), batch.end(group));
                batch.groupDone();
                continue;
            }
            groups.add(group);
            for (int i = batch.start(group); i < batch.end(group); i++) {
                records.add(batch.record(i));
            }
        }
        if (!records.isEmpty()) {
            settle(batch, groups, call(Collections.unmodifiableList(records)));
        }
    }

    private void settle(OpenBatch batch, List<Integer> groups, List<Verdict> verdicts) {
        int next = 0;
        for (int group : groups) {
            boolean stopped = false;
            for (int i = batch.start(group); i < batch.end(group); i++) {
                Verdict verdict = stopped ? Verdict.release() : verdicts.get(next);
                next++;
                stopped |= verdict.stopsGroup();
                batch.settle(i, verdict);
            }
            batch.groupDone();
        }
    }

    @SuppressWarnings("CatchThrowable") // as for a single record: an answer, not the end of the thread
    private List<Verdict> call(List<Record> records) {
        try {
            return checked(handler.handle(records), records.size());
        } catch (Throwable error) {
            // Interrupted by stop(): not the record's fault, and nobody waits for the answer.
            return threads.isShutdown()
                    ? Collections.nCopies(records.size(), Verdict.release())
                    : Collections.nCopies(records.size(), errors.failed(error));
        }
    }

    private List<Verdict> checked(@Nullable List<Verdict> verdicts, int expected) {
        if (verdicts == null) {
            throw new NullPointerException("the handler returned null");
        }
        List<Verdict> copy = List.copyOf(verdicts);
        if (copy.size() != expected) {
            throw new IllegalStateException(
                    "the handler returned " + copy.size() + " verdicts for " + expected + " records");
        }
        return copy;
    }

    @Override
    public void stop() {
        threads.shutdownNow();
    }
}
