package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.BatchVerdicts;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.Outcome;
import io.sluice.ingest.delivery.RetryTiers;
import io.sluice.ingest.delivery.Scope;
import io.sluice.ingest.delivery.VerdictRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a processor says of a batch: verdicts as the contract allows them, in as many frames as it likes. */
final class Answers {
    private static final long YEAR_NS = 365 * 86_400L * Plan.SECOND;

    private final World world;
    private final Dice dice;

    private final List<VerdictRange> ranges = new ArrayList<>();
    private int ackFrom;
    private int acks;

    Answers(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
    }

    /** Acknowledges a whole batch. */
    static List<BatchVerdicts> allDone(SentBatch batch) {
        return List.of(new BatchVerdicts(batch.id, List.of(VerdictRange.ack(0, batch.recs.length))));
    }

    /** The next frame about a batch; empty: nothing yet; null: a record of it ends the processor. */
    @Nullable
    List<BatchVerdicts> next(SentBatch batch) {
        boolean partial = dice.chance(world.rate(Fault.PARTIAL));
        boolean backwards = dice.chance(world.rate(Fault.BACKWARDS));
        ranges.clear();
        int n = batch.recs.length;
        for (int at = backwards ? n - 1 : 0; at >= 0 && at < n; ) {
            int from = backwards ? startOfGroup(batch, at) : at;
            int to = batch.endOfGroup(from);
            if (!(partial && dice.below(2) == 1) && !group(batch, from, to, partial)) {
                return null;
            }
            at = backwards ? from - 1 : to;
        }
        return ranges.isEmpty() ? List.of() : List.of(new BatchVerdicts(batch.id, List.copyOf(ranges)));
    }

    private static int startOfGroup(SentBatch batch, int i) {
        int start = i;
        while (!batch.firstOfGroup(start)) {
            start--;
        }
        return start;
    }

    /** Verdicts for what is open of one group, or for the first of it. False: one of them was poison. */
    private boolean group(SentBatch batch, int from, int to, boolean partial) {
        int i = from;
        while (i < to && batch.answered[i]) {
            i++;
        }
        if (i > from && i < to && batch.stopped[i - 1]) {
            releaseRest(batch, i, to);
            return true;
        }
        for (; i < to && !(partial && dice.below(4) == 3); i++) {
            Rec rec = batch.recs[i];
            if (rec.kind == PartitionLog.POISON) {
                flush();
                return false;
            }
            answered(batch, i);
            VerdictRange verdict = verdict(rec, i);
            if (verdict.outcome() == Outcome.ACK) {
                ack(i);
                continue;
            }
            flush();
            ranges.add(verdict);
            if (verdict.outcome() != Outcome.REJECT) {
                batch.stopped[i] = true;
                if (!partial || dice.below(2) == 0) {
                    releaseRest(batch, i + 1, to);
                }
                return true;
            }
        }
        flush();
        return true;
    }

    private void releaseRest(SentBatch batch, int from, int to) {
        if (from < to) {
            ranges.add(plain(from, to - from, Outcome.RELEASE));
            for (int i = from; i < to; i++) {
                batch.stopped[i] = true;
                answered(batch, i);
            }
        }
    }

    private static void answered(SentBatch batch, int i) {
        batch.answered[i] = true;
        batch.unanswered--;
    }

    private void ack(int i) {
        if (acks == 0) {
            ackFrom = i;
        }
        acks++;
    }

    private void flush() {
        if (acks > 0) {
            ranges.add(VerdictRange.ack(ackFrom, acks));
            acks = 0;
        }
    }

    private VerdictRange verdict(Rec rec, int i) {
        if (rec.kind == PartitionLog.FAILING) {
            return retry(i, -1, Scope.RECORD);
        }
        if (dice.chance(world.rate(Fault.RETRY))) {
            Scope scope = scope();
            return retry(i, retryAfter(scope), scope);
        }
        if (dice.chance(world.rate(Fault.REJECT))) {
            return plain(i, 1, Outcome.REJECT);
        }
        return dice.chance(world.rate(Fault.RELEASE)) ? plain(i, 1, Outcome.RELEASE) : VerdictRange.ack(i, 1);
    }

    private Scope scope() {
        if (!dice.chance(world.rate(Fault.WIDE_SCOPE))) {
            return Scope.RECORD;
        }
        return dice.below(2) == 0 ? Scope.PARTITION : Scope.PIPELINE;
    }

    private long retryAfter(Scope scope) {
        // Only a record waits for hours: a world that waits as a whole shows nothing.
        if (scope == Scope.RECORD && dice.chance(world.rate(Fault.LONG_RETRY))) {
            RetryTiers tiers = world.plan.settings().tiers();
            if (tiers.count() > 0) {
                // By way of the retry topics, again and again.
                return dice.below(20) * tiers.delayNs(tiers.count() - 1);
            }
            return dice.below(20) == 19 ? YEAR_NS : dice.below(7_200) * Plan.SECOND;
        }
        return dice.below(2) == 0 ? -1 : dice.below(500) * Plan.MS;
    }

    private static VerdictRange retry(int i, long afterNs, Scope scope) {
        return new VerdictRange(i, 1, Outcome.RETRY, "BUSY", "later", afterNs, scope, Header.NONE);
    }

    private static VerdictRange plain(int first, int count, Outcome outcome) {
        return new VerdictRange(first, count, outcome, "NO", "reason", -1, Scope.RECORD, Header.NONE);
    }
}
