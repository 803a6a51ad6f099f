package io.sluice.processor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Runs a whole-batch handler: one call for all groups of a batch that nobody has begun. */
final class BatchRunner implements Runner {
    /** Of lists that hold one object many times, which tell so by their class and cost nothing to look through. */
    private static final Class<?> COPIES = Collections.nCopies(1, "").getClass();

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
        if (!batch.claimWhole()) {
            runRest(batch);
            return;
        }
        List<Verdict> verdicts = call(batch.records());
        Verdict first = verdicts.get(0);
        if (COPIES.isInstance(verdicts) && !first.stopsGroup()) {
            batch.settleWhole(first);
            return;
        }
        int next = 0;
        for (int group = 0; group < batch.groups(); group++) {
            next = settle(batch, group, verdicts, next);
        }
        batch.groupsDone(batch.groups());
    }

    /** Runs the groups of a batch that are not released already. */
    private void runRest(OpenBatch batch) {
        List<Integer> groups = new ArrayList<>();
        List<Record> records = new ArrayList<>(batch.size());
        for (int group = batch.claimNext(); group >= 0; group = batch.claimNext()) {
            int start = batch.start(group);
            int end = batch.end(group);
            if (batch.mustRelease(start)) {
                batch.releaseFrom(start, end);
                batch.groupsDone(1);
            } else {
                groups.add(group);
                records.addAll(batch.records().subList(start, end));
            }
        }
        if (!records.isEmpty()) {
            List<Verdict> verdicts = call(Collections.unmodifiableList(records));
            int next = 0;
            for (int group : groups) {
                next = settle(batch, group, verdicts, next);
            }
            batch.groupsDone(groups.size());
        }
    }

    /** Notes the verdicts of a group; the place of the next group's. */
    private static int settle(OpenBatch batch, int group, List<Verdict> verdicts, int from) {
        int next = from;
        boolean stopped = false;
        for (int i = batch.start(group); i < batch.end(group); i++) {
            Verdict verdict = stopped ? Verdict.release() : verdicts.get(next);
            next++;
            stopped |= verdict.stopsGroup();
            batch.settle(i, verdict);
        }
        return next;
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
        List<Verdict> kept = COPIES.isInstance(verdicts) ? verdicts : List.copyOf(verdicts);
        if (kept.size() != expected) {
            throw new IllegalStateException(
                    "the handler returned " + kept.size() + " verdicts for " + expected + " records");
        }
        if (kept.get(0) == null) {
            throw new NullPointerException("the handler returned null for a record");
        }
        return kept;
    }

    @Override
    public void stop() {
        threads.shutdownNow();
    }
}
