package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.BatchVerdicts;
import io.sluice.ingest.delivery.Cause;
import io.sluice.ingest.delivery.RetryPolicy;
import io.sluice.ingest.delivery.Scope;
import io.sluice.ingest.delivery.VerdictRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The judge's view of one stream: its credit, what is open on it, and what verdicts and its end mean for that. */
final class StreamJudge {
    private static final long LEAST_RELEASE_DELAY = 10 * Plan.MS;
    static final int SUSPECT_AFTER = 2;

    private final Judge judge;
    private final Plan plan;
    private final SendRules rules;
    /** Open batches in the order sent. */
    final List<SentBatch> batches = new ArrayList<>();

    final long frameBytes;
    boolean up;
    boolean draining;
    long creditRecords;
    /** 0: no limit. */
    long creditBytes;

    long outstandingRecords;
    long outstandingBytes;

    StreamJudge(Judge judge, Plan plan, long frameBytes) {
        this.judge = judge;
        this.plan = plan;
        this.rules = new SendRules(judge, plan);
        this.frameBytes = frameBytes;
    }

    @Nullable
    SentBatch batch(long id) {
        for (int i = 0; i < batches.size(); i++) {
            if (batches.get(i).id == id) {
                return batches.get(i);
            }
        }
        return null;
    }

    /** A batch is sent: may it be? Opens it. */
    SentBatch sent(long id, Rec[] recs, int[] groups, boolean transportReady, long now) {
        long bytes = 0;
        for (Rec rec : recs) {
            bytes += rec.bytes;
        }
        mayTake(recs.length, bytes, transportReady);
        int group = -1;
        for (int i = 0; i < recs.length; ) {
            int end = i + 1;
            while (end < recs.length && groups[end] == groups[i]) {
                end++;
            }
            if (groups[i] <= group) {
                throw new Broken("GROUP", "groups of a batch do not ascend");
            }
            group = groups[i];
            rules.maySend(recs, i, end, now);
            i = end;
        }
        for (Rec rec : recs) {
            rec.state = Rec.State.SENT;
            rec.mayExpire = false;
            rec.epoch.highestSent = Math.max(rec.epoch.highestSent, rec.offset);
        }
        boolean suspects = recs[0].deaths >= SUSPECT_AFTER;
        for (int i = 0; i < recs.length; i++) {
            boolean head = i == 0 || groups[i - 1] != groups[i];
            if (head && suspects != recs[i].deaths >= SUSPECT_AFTER) {
                throw new Broken("SUSPECT", "suspects and others in one batch: " + recs[0] + " and " + recs[i]);
            }
        }
        if (!batches.isEmpty() && (suspects || batches.get(0).suspects)) {
            throw new Broken("SUSPECT", "suspects share a stream with other records");
        }
        SentBatch batch = new SentBatch(
                id, recs, groups, suspects, now, now + plan.settings().leaseNs());
        judge.flood.sent(batch, now);
        batches.add(batch);
        outstandingRecords += recs.length;
        outstandingBytes += bytes;
        return batch;
    }

    private void mayTake(int records, long bytes, boolean transportReady) {
        if (!up || draining) {
            throw new Broken("STREAM", "a batch for a stream that is " + (up ? "draining" : "not up"));
        }
        if (!transportReady) {
            throw new Broken("READY", "a batch for a transport that is not ready");
        }
        boolean idleOne = outstandingRecords == 0 && records == 1;
        boolean fits = outstandingRecords + records <= creditRecords
                && (creditBytes == 0 || outstandingBytes + bytes <= creditBytes);
        if (creditRecords <= 0 || !(fits || idleOne)) {
            throw new Broken(
                    "CREDIT",
                    records + " records, " + bytes + " bytes sent; outstanding " + outstandingRecords + ", "
                            + outstandingBytes + "; credit " + creditRecords + ", " + creditBytes);
        }
        if (records > plan.settings().batchRecords()
                || (records > 1 && bytes > plan.settings().batchBytes())
                || bytes > frameBytes) {
            throw new Broken("BATCH", "a batch of " + records + " records, " + bytes + " bytes");
        }
    }

    /** A valid frame counts now. */
    void apply(List<BatchVerdicts> frame, long now) {
        for (BatchVerdicts verdicts : frame) {
            SentBatch batch = batch(verdicts.batchId());
            if (batch != null) {
                for (VerdictRange range : verdicts.verdicts()) {
                    for (int i = range.first(); i < range.first() + range.count(); i++) {
                        apply(batch, i, range, now);
                    }
                }
                closeIfDone(batch);
            }
        }
    }

    private void apply(SentBatch batch, int i, VerdictRange range, long now) {
        Rec rec = batch.recs[i];
        if (!isOpen(batch, i)) {
            return;
        }
        rec.deaths = 0;
        switch (range.outcome()) {
            case ACK -> {
                leave(batch, i, SentBatch.ACK);
                judge.acked(rec, now);
            }
            case REJECT -> {
                leave(batch, i, SentBatch.REJECT);
                judge.dead(rec, Cause.REJECT, now);
            }
            case RETRY -> {
                leave(batch, i, SentBatch.RETRY);
                retry(rec, range, now);
            }
            case RELEASE -> {
                leave(batch, i, SentBatch.RELEASE);
                rec.state = Rec.State.WAITING;
                boolean follows = !batch.firstOfGroup(i) && SentBatch.stops(batch.outcomes[i - 1]);
                rec.notBefore = follows || draining ? now : now + LEAST_RELEASE_DELAY;
            }
        }
    }

    private void retry(Rec rec, VerdictRange range, long now) {
        long asked = Math.min(range.retryAfterNs(), RetryPolicy.MAX_RETRY_AFTER_NS);
        if (range.scope() == Scope.RECORD) {
            judge.failures.charge(rec, asked, now);
            return;
        }
        rec.state = Rec.State.WAITING;
        long until = now + (asked >= 0 ? asked : judge.failures.leastBackoff(1));
        if (range.scope() == Scope.PARTITION) {
            rec.epoch.holdUntil = Math.max(rec.epoch.holdUntil, until);
        } else {
            judge.holdUntil = Math.max(judge.holdUntil, until);
        }
    }

    /** The stream is no more. */
    void ended(boolean blame, long now) {
        up = false;
        for (SentBatch batch : new ArrayList<>(batches)) {
            boolean alone = batch.suspects && batch.recs.length == 1;
            takeBack(batch, (rec) -> {
                rec.state = Rec.State.WAITING;
                if (blame) {
                    rec.deaths++;
                    if (alone && ++rec.lonelyDeaths >= plan.settings().retry().maxDeliveries()) {
                        judge.dead(rec, Cause.POISON, now);
                    }
                }
            });
        }
    }

    /** The core says that a lease ran out. */
    void expired(long id, long now) {
        SentBatch batch = batch(id);
        if (batch == null || now < batch.leaseUntil) {
            throw new Broken("LEASE", "batch " + id + " taken back before its lease ran out");
        }
        takeBack(batch, rec -> judge.failures.charge(rec, -1, now));
    }

    void extended(long id, long leaseNs, long now) {
        SentBatch batch = batch(id);
        if (batch != null) {
            long asked = now
                    + (leaseNs > 0
                            ? Math.min(leaseNs, plan.settings().maxLeaseNs())
                            : plan.settings().leaseNs());
            batch.leaseUntil = Math.min(asked, batch.sentAt + plan.settings().maxLeaseNs());
        }
    }

    /** Must hold after a tick. */
    void nothingOverdue(long now) {
        for (int i = 0; i < batches.size(); i++) {
            if (now >= batches.get(i).leaseUntil) {
                throw new Broken("LEASE", "batch " + batches.get(i).id + " outlives its lease");
            }
        }
    }

    /** Must hold when the lane goes to sleep until then. */
    void nothingDueBefore(long until) {
        for (int i = 0; i < batches.size(); i++) {
            if (until > batches.get(i).leaseUntil) {
                throw new Broken("SLEEP", "the lane would sleep through the lease of batch " + batches.get(i).id);
            }
        }
    }

    private interface Charge {
        void charge(Rec rec);
    }

    /** Only the first open record of a group can have been at work. */
    private void takeBack(SentBatch batch, Charge charge) {
        for (int i = 0; i < batch.recs.length; i++) {
            if (isOpen(batch, i)) {
                Rec rec = batch.recs[i];
                byte before = batch.firstOfGroup(i) ? SentBatch.OPEN : batch.outcomes[i - 1];
                leave(batch, i, SentBatch.GONE);
                rec.state = Rec.State.WAITING;
                if (before != SentBatch.GONE && !SentBatch.stops(before)) {
                    charge.charge(rec);
                }
                judge.redeliveries++;
            }
        }
        closeIfDone(batch);
    }

    /** Lets go of the records of assignments that are over. */
    void letGo(EpochModel epoch) {
        for (SentBatch batch : new ArrayList<>(batches)) {
            for (int i = 0; i < batch.recs.length; i++) {
                if (batch.outcomes[i] == SentBatch.OPEN && batch.recs[i].epoch == epoch) {
                    leave(batch, i, SentBatch.GONE);
                }
            }
            closeIfDone(batch);
        }
    }

    private static boolean isOpen(SentBatch batch, int i) {
        return batch.outcomes[i] == SentBatch.OPEN;
    }

    private void leave(SentBatch batch, int i, byte outcome) {
        batch.outcomes[i] = outcome;
        batch.recs[i].spared = false;
        batch.open--;
        outstandingRecords--;
        outstandingBytes -= batch.recs[i].bytes;
    }

    private void closeIfDone(SentBatch batch) {
        if (batch.open == 0) {
            batches.remove(batch);
        }
    }
}
