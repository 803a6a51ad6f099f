package io.sluice.processor;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Starts an asynchronous handler record by record, from one thread; that thread also owns all state here, and completed
 * stages come back to it.
 */
final class AsyncRunner implements Runner {
    private final AsyncRecordHandler handler;
    private final int concurrency;
    private final ExecutorService thread;
    private final HandlerErrors errors = new HandlerErrors();

    // owned by: the runner's thread
    private final ArrayDeque<OpenBatch> waiting = new ArrayDeque<>();
    private int underWay;

    AsyncRunner(String name, AsyncRecordHandler handler, int concurrency) {
        this.handler = handler;
        this.concurrency = concurrency;
        this.thread = Runner.threads(name, 1);
    }

    @Override
    public void submit(OpenBatch batch) {
        thread.execute(() -> {
            waiting.add(batch);
            startGroups();
        });
    }

    private void startGroups() {
        while (underWay < concurrency && !waiting.isEmpty()) {
            OpenBatch batch = waiting.element();
            int group = batch.claimNext();
            if (group < 0) {
                waiting.remove();
            } else {
                underWay++;
                proceed(batch, batch.start(group), batch.end(group));
            }
        }
    }

    /** Runs a group from a record on, until it is done or has to wait for a stage. */
    private void proceed(OpenBatch batch, int from, int end) {
        int i = from;
        while (i < end) {
            if (batch.mustRelease(i)) {
                batch.releaseFrom(i, end);
                break;
            }
            CompletableFuture<Verdict> stage = call(batch.record(i));
            if (!stage.isDone()) {
                int waitingFor = i;
                stage.whenComplete((verdict, error) -> resume(batch, waitingFor, end, verdict, error));
                return;
            }
            Verdict verdict = result(stage);
            i = settle(batch, i, end, verdict);
        }
        underWay--;
        batch.groupsDone(1);
    }

    private void resume(OpenBatch batch, int index, int end, @Nullable Verdict verdict, @Nullable Throwable error) {
        Verdict settled = verdict != null ? verdict : failed(error);
        try {
            thread.execute(() -> {
                proceed(batch, settle(batch, index, end, settled), end);
                startGroups();
            });
        } catch (RejectedExecutionException stopped) {
            // The server is closed and the stream has ended: nobody waits for this verdict.
            batch.settle(index, settled);
        }
    }

    /** Notes a verdict; the index of the record to go on with. */
    private static int settle(OpenBatch batch, int index, int end, Verdict verdict) {
        batch.settle(index, verdict);
        if (verdict.stopsGroup()) {
            batch.releaseFrom(index + 1, end);
            return end;
        }
        return index + 1;
    }

    @SuppressWarnings({"CatchThrowable", "ConstantValue"}) // an answer about the record, not the end of the thread
    private CompletableFuture<Verdict> call(Record record) {
        try {
            CompletionStage<Verdict> stage = handler.handle(record);
            return stage != null
                    ? stage.toCompletableFuture()
                    : CompletableFuture.failedFuture(new NullPointerException("the handler returned null"));
        } catch (Throwable error) {
            return CompletableFuture.failedFuture(error);
        }
    }

    @SuppressWarnings("CatchThrowable")
    private Verdict result(CompletableFuture<Verdict> done) {
        try {
            Verdict verdict = done.join();
            return verdict != null ? verdict : failed(null);
        } catch (Throwable error) {
            return failed(error);
        }
    }

    private Verdict failed(@Nullable Throwable error) {
        if (error == null) {
            return errors.failed(new NullPointerException("the handler completed with null"));
        }
        Throwable cause = error.getCause();
        return errors.failed(error instanceof CompletionException && cause != null ? cause : error);
    }

    @Override
    public void stop() {
        thread.shutdownNow();
    }
}
