package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.Cause;
import io.sluice.ingest.delivery.RetryPolicy;
import io.sluice.ingest.delivery.RetryTiers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What must become of records that failed: another attempt, here or after a retry topic, or the end, by count or by age. */
final class Failures {
    private final Plan plan;
    private final Judge judge;
    private final RetryPolicy retry;
    private final RetryTiers tiers;
    /** Records that have failed, if there is a limit of age. */
    private final List<Rec> aging = new ArrayList<>();

    Failures(Plan plan, Judge judge) {
        this.plan = plan;
        this.judge = judge;
        this.retry = plan.settings().retry();
        this.tiers = plan.settings().tiers();
    }

    void crashed() {
        aging.clear();
    }

    /** A failure of the record's own. {@code asked}: the wait that the processor asks for; negative: none. */
    void charge(Rec rec, long asked, long now) {
        if (!rec.hasFailed) {
            rec.hasFailed = true;
            rec.firstFailed = now;
            watch(rec);
        }
        rec.attempts++;
        if (rec.attempts >= retry.maxAttempts()) {
            judge.dead(rec, Cause.ATTEMPTS, now);
            return;
        }
        int tier = tierOf(rec, asked);
        long least = tier >= 0 ? Math.max(asked, tiers.delayNs(tier)) : asked >= 0 ? asked : leastBackoff(rec.attempts);
        boolean drawn = tier < 0 && asked < 0;
        if (isOver(rec, now + least)) {
            judge.dead(rec, Cause.EXPIRED, now);
        } else if (tier >= 0) {
            rec.delay(tier, asked > tiers.delayNs(tier) ? now + asked : Rec.NO_TIME);
        } else {
            rec.state = Rec.State.WAITING;
            rec.notBefore = now + least;
            // The jitter decides whether its next attempt comes too late.
            rec.mayExpire = drawn && isOver(rec, now + backoff(rec.attempts));
        }
    }

    /** The retry topic that a failed record goes to, which nothing waits for; -1: it stays. */
    private int tierOf(Rec rec, long asked) {
        int tier = -1;
        if (judge.runIndex(rec) < 0) {
            for (int i = 0; i < tiers.count(); i++) {
                if (asked < 0 ? i < rec.attempts : tiers.delayNs(i) <= asked) {
                    tier = i;
                }
            }
        }
        return tier;
    }

    /** A record has been received that failed before: with an earlier owner, or before it was in a retry topic. */
    void takenUp(Rec rec, long now) {
        if (rec.foreign) {
            rec.deadLetter(Cause.DECODE);
            return;
        }
        if (rec.wish != Rec.NO_TIME) {
            int tier = -1;
            for (int i = 0; i < tiers.count(); i++) {
                tier = tiers.delayNs(i) <= rec.wish - now ? i : tier;
            }
            if (tier >= 0) {
                rec.delay(tier, rec.wish);
                return;
            }
            rec.notBefore = rec.wish;
        }
        if (rec.hasFailed) {
            watch(rec);
        }
    }

    /** What a record that is met again had been through, by the commit that the assignment began with. */
    void recall(Rec rec, Snapshot.Note note, long now) {
        rec.attempts = Math.min(note.attempts(), retry.maxAttempts() - 1);
        rec.lonelyDeaths = Math.min(note.lonelyDeaths(), retry.maxDeliveries() - 1);
        rec.deaths = rec.lonelyDeaths > 0 ? StreamJudge.SUSPECT_AFTER : 0;
        if (note.attempts() > 0) {
            long then = (note.firstFailedS() * 1_000 - Plan.EPOCH_MS_AT_ZERO) * Plan.MS;
            rec.hasFailed = true;
            // By the core's clock a time is never 0.
            rec.firstFailed = Math.min(now, (then == 0 ? 1 : then) - plan.clockStartNs());
        }
    }

    private void watch(Rec rec) {
        if (retry.maxAgeNs() != RetryPolicy.ANY_AGE) {
            aging.add(rec);
        }
    }

    private boolean isOver(Rec rec, long at) {
        return retry.maxAgeNs() != RetryPolicy.ANY_AGE && at - rec.firstFailed >= retry.maxAgeNs();
    }

    /** A letter says that a record is too old: it may have become so in this very tick. */
    void expiring(Rec rec, long now) {
        rec.mayExpire |= rec.state == Rec.State.WAITING && rec.hasFailed && isOver(rec, now);
    }

    /** Must happen in a tick: what is too old is given up, unless it is at work or has to keep its turn. */
    void expire(boolean breakerClosed, long now) {
        for (int i = 0; i < aging.size(); i++) {
            Rec rec = aging.get(i);
            if (rec.state == Rec.State.LETTER || rec.state == Rec.State.OVER) {
                aging.set(i--, aging.get(aging.size() - 1));
                aging.remove(aging.size() - 1);
            } else if (rec.state == Rec.State.WAITING && !rec.spared && isOver(rec, now)) {
                tooOld(rec, breakerClosed, now);
            }
        }
    }

    private void tooOld(Rec rec, boolean breakerClosed, long now) {
        List<Rec> run = judge.runOf(rec);
        boolean held = run != null && run.stream().anyMatch(Failures::isHeld);
        boolean atWork = run != null && run.stream().anyMatch(other -> other.state == Rec.State.SENT);
        // What is not the first of its key, or has its key at work, is looked at again when that is over.
        rec.mayExpire = true;
        if (run == null || rec == firstOf(run)) {
            if (!breakerClosed || (held && !atWork)) {
                rec.spared = true;
            } else if (!rec.epoch.closing && !atWork) {
                judge.dead(rec, Cause.EXPIRED, now);
            }
        }
    }

    private static boolean isHeld(Rec rec) {
        return rec.state == Rec.State.LETTER && rec.letterFailures > 0;
    }

    private static @Nullable Rec firstOf(List<Rec> run) {
        for (int i = 0; i < run.size(); i++) {
            if (run.get(i).state != Rec.State.LETTER) {
                return run.get(i);
            }
        }
        return null;
    }

    /** Must hold when the lane goes to sleep until then. */
    void nothingDueBefore(long until, long now) {
        for (int i = 0; i < aging.size(); i++) {
            Rec rec = aging.get(i);
            boolean waits = rec.state == Rec.State.WAITING && !rec.mayExpire && !rec.mayBeRefused;
            if (waits && !rec.spared && until > now && isOver(rec, until - 1)) {
                throw new Broken("SLEEP", "the lane would sleep through the end of " + rec);
            }
        }
    }

    private double backoff(double failures) {
        return Math.min((double) retry.maxNs(), retry.initialNs() * Math.pow(retry.multiplier(), failures - 1));
    }

    private long backoff(int failures) {
        return (long) backoff((double) failures);
    }

    /** Shortest backoff of the policy after so many failures. */
    long leastBackoff(int failures) {
        return (long) (backoff((double) failures) * (1 - retry.jitter()));
    }
}
