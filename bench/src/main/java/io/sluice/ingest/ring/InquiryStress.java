package io.sluice.ingest.ring;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Whoever asks is answered, by the next cycle at the latest, and never with a picture older than the question. */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "both answered, with what was true after they asked")
@Outcome(expect = Expect.FORBIDDEN, desc = "bits: 1 not answered, 2 answered with the past, 4 still open")
@State
public class InquiryStress {
    private final Inquiry<Integer> inquiry = new Inquiry<>();
    private final AtomicInteger clock = new AtomicInteger();
    private final Question one = new Question();
    private final Question other = new Question();

    private static final class Question {
        private CompletableFuture<Integer> answer = new CompletableFuture<>();
        private int askedAt;
    }

    @Actor
    public void operator() {
        ask(one);
        ask(other);
    }

    @Actor
    public void lane() {
        inquiry.answer(clock::get);
    }

    @Arbiter
    public void nextCycle(I_Result r) {
        inquiry.answer(clock::get);
        r.r1 = wrong(one) | wrong(other) | (inquiry.isOpen() ? 4 : 0);
    }

    private void ask(Question question) {
        question.askedAt = clock.incrementAndGet();
        question.answer = inquiry.ask();
    }

    private static int wrong(Question question) {
        return question.answer.getNow(Integer.MIN_VALUE) >= question.askedAt ? 0 : question.answer.isDone() ? 2 : 1;
    }
}
