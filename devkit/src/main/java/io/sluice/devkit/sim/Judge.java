package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.Cause;
import io.sluice.ingest.delivery.Invariants;
import io.sluice.ingest.delivery.Ordering;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.delivery.RetryPolicy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Knows what is allowed. Sees only what crosses the seam, events and effects, and derives from them where every record
 * is and what may happen to it next; compares with what the core says after every step.
 */
final class Judge {
    private final Plan plan;
    private final int runs;
    final Failures failures;
    final FloodJudge flood;
    /** Assignments the core has been told of and has not let go of. */
    final List<EpochModel> epochs = new ArrayList<>();
    /** Every assignment of this life of the gateway, by its number. */
    private final List<EpochModel> byNumber = new ArrayList<>();

    private final List<Rec> large = new ArrayList<>();
    long live;
    long liveBytes;
    /** A processor wants the pipeline left alone. */
    long holdUntil = Long.MIN_VALUE;

    long records;
    long redeliveries;

    Judge(Plan plan) {
        this.plan = plan;
        this.failures = new Failures(plan, this);
        boolean unseen = plan.rates()[Fault.LARGE_RECORD.ordinal()] > 0
                || plan.settings().retry().maxAgeNs() != RetryPolicy.ANY_AGE;
        this.flood = new FloodJudge(plan.settings().flood(), !unseen);
        this.runs = plan.settings().ordering() == Ordering.PARTITION ? 1 : plan.keys();
    }

    /** A new assignment, not yet told to the core. */
    EpochModel open(PartitionLog log) {
        EpochModel epoch = new EpochModel(new PartitionEpoch(log.topic, log.number, byNumber.size() + 1L), log, runs);
        byNumber.add(epoch);
        return epoch;
    }

    EpochModel of(PartitionEpoch id) {
        return byNumber.get((int) id.epoch() - 1);
    }

    /** The gateway has crashed. */
    void crashed() {
        for (EpochModel epoch : epochs) {
            forget(epoch);
        }
        epochs.clear();
        large.clear();
        failures.crashed();
        flood.crashed();
        holdUntil = Long.MIN_VALUE;
    }

    // What the core is told.

    void assigned(EpochModel epoch) {
        epochs.add(epoch);
    }

    /** False: the core drops it. */
    boolean received(Rec rec, long now) {
        EpochModel epoch = rec.epoch;
        if (epoch.gone || epoch.closing) {
            return false;
        }
        epoch.lastReceived = rec.offset;
        epoch.leader = Math.max(epoch.leader, rec.leader);
        if (knownDone(epoch, rec, now)) {
            return false;
        }
        epoch.tracker.received(rec);
        List<Rec> run = runOf(rec);
        if (run != null) {
            run.add(rec);
        }
        if (rec.bytes > World.SMALL_FRAME) {
            large.add(rec);
        }
        live++;
        liveBytes += rec.bytes;
        records++;
        failures.takenUp(rec, now);
        return true;
    }

    /** Whether the commit that the assignment began with says that a record is done. Then it must be. */
    private boolean knownDone(EpochModel epoch, Rec rec, long now) {
        Snapshot restored = epoch.restored;
        if (restored != null && rec.leader > restored.leader) {
            // Written by a later leader than all that was done, so it may be another record.
            epoch.restored = null;
            return false;
        }
        if (restored == null) {
            return false;
        }
        if (!restored.isDone(rec.offset)) {
            Snapshot.Note note = restored.note(rec.offset);
            if (note != null) {
                failures.recall(rec, note, now);
            }
            return false;
        }
        if (!epoch.log.isDone(rec.offset)) {
            throw new Broken("G1", rec + ": passed as done by an earlier owner, but it has no terminal outcome");
        }
        epoch.tracker.position(rec.offset + 1);
        epoch.settledRecords++;
        epoch.settledBytes += rec.bytes;
        return true;
    }

    /** The core makes metadata: that is what it must mean. */
    void completions(PartitionEpoch id, String metadata) {
        EpochModel epoch = of(id);
        if (epoch.gone) {
            throw new Broken("C1", epoch + ": completions after it was let go");
        }
        if (epoch.tracker.committable() < 0) {
            // Without a position nothing is committed.
            return;
        }
        Snapshot snapshot = Snapshot.of(epoch, plan);
        if (metadata.isEmpty() && !snapshot.isEmpty()) {
            throw new Broken("CODEC", epoch + ": there is something to say above the position, and nothing said");
        }
        epoch.log.snapshots.put(metadata, snapshot);
    }

    void position(EpochModel epoch, long next) {
        if (!epoch.gone && !epoch.closing) {
            epoch.tracker.position(next);
        }
    }

    void revoke(EpochModel epoch, long deadline, long now) {
        if (!epoch.gone && !epoch.closing) {
            epoch.closing = true;
            epoch.drainTo = epoch.highestSent;
            epoch.closeBy = deadline;
            epoch.askBack = now + (deadline - now) / 2;
        }
    }

    // What the core says.

    void progress(PartitionEpoch id, long committable, long settledRecords, long settledBytes) {
        EpochModel epoch = of(id);
        if (epoch.gone) {
            throw new Broken("C1", epoch + ": news after it was let go");
        }
        epoch.tracker.compare(epoch, committable);
        if (settledRecords != epoch.settledRecords || settledBytes != epoch.settledBytes) {
            throw new Broken(
                    "COUNT",
                    epoch + ": settled " + settledRecords + " records, " + settledBytes + " bytes; the reference "
                            + epoch.settledRecords + ", " + epoch.settledBytes);
        }
    }

    void letGo(PartitionEpoch id, long committable, boolean lost, long now) {
        EpochModel epoch = of(id);
        if (epoch.gone || !epochs.remove(epoch)) {
            throw new Broken("C1", epoch + ": let go twice, or never ours");
        }
        epoch.tracker.compare(epoch, committable);
        if (!lost && (!epoch.closing || now < epoch.closeBy)) {
            for (Iterator<Rec> it = epoch.tracker.records(); it.hasNext(); ) {
                Rec rec = it.next();
                if (rec.state == Rec.State.SENT || rec.state == Rec.State.LETTER) {
                    throw new Broken("DRAIN", epoch + ": let go before its deadline with " + rec + " open");
                }
            }
        }
        forget(epoch);
    }

    private void forget(EpochModel epoch) {
        epoch.gone = true;
        for (Iterator<Rec> it = epoch.tracker.records(); it.hasNext(); ) {
            Rec rec = it.next();
            rec.state = Rec.State.OVER;
            live--;
            liveBytes -= rec.bytes;
        }
    }

    /** Must hold after every step. */
    void compare(Invariants core, long now) {
        core.check();
        if (core.liveRecords() != live || core.liveBytes() != liveBytes) {
            throw new Broken(
                    "COUNT",
                    "in flight " + core.liveRecords() + " records, " + core.liveBytes() + " bytes; the reference "
                            + live + ", " + liveBytes);
        }
        for (int i = 0; i < epochs.size(); i++) {
            EpochModel epoch = epochs.get(i);
            epoch.tracker.compare(epoch, core.committable(epoch.id));
        }
    }

    /** Must hold after a tick: what was due has been done. */
    void nothingOverdue(boolean breakerClosed, long now) {
        failures.expire(breakerClosed, now);
        for (int i = 0; i < epochs.size(); i++) {
            EpochModel epoch = epochs.get(i);
            if (epoch.closing && now >= epoch.closeBy) {
                throw new Broken("DRAIN", epoch + ": not let go at its deadline");
            }
        }
    }

    /** Must hold when the lane goes to sleep until then. */
    void nothingDueBefore(long until, long now) {
        flood.nothingDueBefore(until, now);
        failures.nothingDueBefore(until, now);
        for (int i = 0; i < epochs.size(); i++) {
            EpochModel epoch = epochs.get(i);
            if (epoch.closing && until > epoch.closeBy) {
                throw new Broken("SLEEP", "the lane would sleep through the deadline of " + epoch);
            }
        }
    }

    // Outcomes.

    void settle(Rec rec) {
        EpochModel epoch = rec.epoch;
        rec.state = Rec.State.OVER;
        epoch.tracker.settled(rec.offset);
        epoch.log.settle(rec.offset);
        epoch.settledRecords++;
        epoch.settledBytes += rec.bytes;
        List<Rec> run = runOf(rec);
        if (run != null) {
            run.remove(rec);
        }
        large.remove(rec);
        live--;
        liveBytes -= rec.bytes;
    }

    /** An acknowledgement counts: it must be the next of its run. */
    void acked(Rec rec, long now) {
        int run = runIndex(rec);
        if (run >= 0) {
            if (rec.epoch.lastAck[run] >= rec.offset) {
                throw new Broken(
                        "G6",
                        rec.epoch + ": " + rec.offset + " acknowledged after " + rec.epoch.lastAck[run]
                                + " of the same key");
            }
            rec.epoch.lastAck[run] = rec.offset;
        }
        flood.outcome(false, rec.past != null, now);
        settle(rec);
    }

    /** A record will never be acknowledged. */
    void dead(Rec rec, Cause cause, long now) {
        rec.deadLetter(cause);
        flood.outcome(true, rec.past != null, now);
    }

    /** Marks records that may be dead-lettered because no connected processor takes them. Before each dispatch. */
    void markRefusable(long largestFrame) {
        for (int i = 0; i < large.size(); i++) {
            Rec rec = large.get(i);
            rec.mayBeRefused |= largestFrame > 0 && rec.bytes > largestFrame;
        }
    }

    /** Null: the record is on its own. */
    @org.jspecify.annotations.Nullable
    List<Rec> runOf(Rec rec) {
        int index = runIndex(rec);
        return index < 0 ? null : rec.epoch.runs.get(index);
    }

    int runIndex(Rec rec) {
        return switch (plan.settings().ordering()) {
            case NONE -> -1;
            case KEY -> rec.key;
            case PARTITION -> 0;
        };
    }
}
