package io.sluice.devkit.sim;

import java.util.List;
import java.util.Objects;

/** What may be sent: the next records of a key, when it is time, once. */
final class SendRules {
    private final Judge judge;
    private final Plan plan;

    SendRules(Judge judge, Plan plan) {
        this.judge = judge;
        this.plan = plan;
    }

    /** Records of one group, in order. */
    void maySend(Rec[] recs, int from, int to, long now) {
        Rec head = recs[from];
        int index = judge.runIndex(head);
        for (int i = from; i < to; i++) {
            maySend(recs[i], now);
            if (i > from && (index < 0 || judge.runIndex(recs[i]) != index || recs[i].epoch != head.epoch)) {
                throw new Broken("GROUP", "one group for two keys: " + head + " and " + recs[i]);
            }
        }
        if (now < Math.max(judge.holdUntil, Math.max(head.notBefore, head.epoch.holdUntil))) {
            throw new Broken("G12", head + ": sent before its time");
        }
        if (index >= 0) {
            isFrontOfRun(Objects.requireNonNull(judge.runOf(head)), recs, from, to);
        }
    }

    private void maySend(Rec rec, long now) {
        EpochModel epoch = rec.epoch;
        if (rec.state != Rec.State.WAITING) {
            throw new Broken(rec.state == Rec.State.SENT ? "G6b" : "G9", "sent again while not waiting: " + rec);
        }
        if (rec.attempts >= plan.settings().retry().maxAttempts()) {
            throw new Broken("G12", rec + ": more attempts than allowed");
        }
        if (epoch.closing && (rec.offset > epoch.drainTo || now >= epoch.askBack)) {
            throw new Broken("C2", rec + ": sent while its partition is given up");
        }
    }

    /** What is sent of a key must be the first that are not being dead-lettered, and nothing of it be out already. */
    private static void isFrontOfRun(List<Rec> run, Rec[] recs, int from, int to) {
        int next = from;
        for (int i = 0; i < run.size() && next < to; i++) {
            Rec rec = run.get(i);
            if (rec == recs[next]) {
                next++;
            } else if (!rec.mayHaveLeft()) {
                throw new Broken("G6", recs[next] + " sent before " + rec + " of the same key");
            } else if (rec.letterFailures > 0) {
                throw new Broken("HELD", recs[next] + " sent while the letter of " + rec + " cannot be written");
            }
        }
        if (next < to) {
            throw new Broken("G6", recs[next] + " sent out of order");
        }
    }
}
