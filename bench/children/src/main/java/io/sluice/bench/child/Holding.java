package io.sluice.bench.child;

import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Holds back one record until so many others are settled, then the next one: a hole at the beginning of the window. For one thread. */
final class Holding {
    private static final CompletionStage<Verdict> ACK = CompletableFuture.completedFuture(Verdict.ack());

    private final Gate gate;
    private final int others;
    private @Nullable CompletableFuture<Verdict> held;
    private int settled;

    /** @param others settled before the one held back; 0: nothing is held back */
    Holding(Gate gate, int others) {
        this.gate = gate;
        this.others = others;
    }

    CompletionStage<Verdict> handle(Record record) throws InterruptedException {
        gate.enter(1);
        gate.leave(1);
        CompletableFuture<Verdict> waiting = held;
        if (others > 0 && waiting == null) {
            CompletableFuture<Verdict> verdict = new CompletableFuture<>();
            held = verdict;
            settled = 0;
            return verdict;
        }
        if (waiting != null && ++settled >= others) {
            held = null;
            waiting.complete(Verdict.ack());
        }
        return ACK;
    }
}
