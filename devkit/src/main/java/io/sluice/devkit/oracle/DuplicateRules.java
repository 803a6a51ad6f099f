package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.LogRecord.Event;
import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * G9 and P4: a record may come again only for a cause, never below what its new owner saw committed, and not more often than what a
 * disturbance left open.
 */
final class DuplicateRules {
    private final Facts facts;
    private final Deliveries rows;
    private final Findings findings;

    DuplicateRules(Facts facts, Findings findings) {
        this.facts = facts;
        this.rows = facts.rows;
        this.findings = findings;
    }

    void judge(Part part) {
        Map<Epoch, Long> visible = new HashMap<>();
        Map<Epoch, Long> moved = new HashMap<>();
        Map<String, Long> fromStreams = new HashMap<>();
        for (int record = 0; record < part.size; record++) {
            for (int i = part.firstRow[record] + 1; i < part.firstRow[record + 1]; i++) {
                int row = facts.byRecord[part.number][i];
                int before = lastIn(part, record, i, facts.epochOf[row]);
                long seen = visible.computeIfAbsent(facts.epochOf[row], e -> facts.visible(part, e));
                if (rows.offset.get(row) < seen && !reset(part, row)) {
                    violation(
                            part,
                            row,
                            "below " + seen + ", which was committed before " + facts.who(facts.epochOf[row])
                                    + " began");
                } else if (before < 0 && overtaken(part, record, i, facts.epochOf[row])) {
                    findings.justified("lost owner");
                } else if (before < 0) {
                    findings.justified("rebalance");
                    moved.merge(facts.epochOf[row], 1L, Long::sum);
                } else {
                    again(part, before, row, fromStreams);
                }
            }
        }
        bounds(part, moved);
        streamBounds(part, fromStreams);
    }

    /** The delivery before the {@code i}th in the same assignment; -1: none. */
    private int lastIn(Part part, int record, int i, Epoch epoch) {
        for (int j = i - 1; j >= part.firstRow[record]; j--) {
            int row = facts.byRecord[part.number][j];
            if (facts.epochOf[row] == epoch) {
                return row;
            }
        }
        return -1;
    }

    /** Whether it comes from one who had lost the partition and did not know yet: a younger assignment has delivered it before. */
    private boolean overtaken(Part part, int record, int i, Epoch epoch) {
        for (int j = part.firstRow[record]; epoch.lost && j < i; j++) {
            if (facts.epochOf[facts.byRecord[part.number][j]].from > epoch.from) {
                return true;
            }
        }
        return false;
    }

    private void again(Part part, int before, int row, Map<String, Long> fromStreams) {
        Verdict verdict = rows.verdict(before);
        if ((verdict == Verdict.RETRY || verdict == Verdict.RELEASE) && rows.answeredBefore(before, row)) {
            findings.retries++;
            return;
        }
        long t = rows.t.get(row);
        long since = rows.t.get(before);
        long committed = committedInPeace(part, facts.epochOf[row], t);
        if (rows.offset.get(row) < committed && !reset(part, row)) {
            violation(part, row, "below " + committed + ", which its own gateway had committed");
        } else if (facts.leaseOver(before, t)) {
            findings.justified("lease");
        } else if (rows.stream.get(before) != rows.stream.get(row)
                && facts.streamOver(before, t)
                && (facts.disruptions.between(since, t) || facts.replaced(before))) {
            findings.justified("stream");
            if (facts.disruptions.killedBy(rows.streamOf(before).processor, t)) {
                fromStreams.merge(rows.streamOf(before).processor, 1L, Long::sum);
            }
        } else if (facts.disruptions.faultBetween(since - facts.terms.leaseMs(), t)) {
            findings.justified("fault");
        } else {
            violation(
                    part,
                    row,
                    "was " + (verdict == null ? "delivered" : verdict) + " in batch "
                            + rows.batch.get(before) + " of " + rows.streamOf(before).name + " " + (t - since)
                            + " ms before, and nothing happened to that");
        }
    }

    /** What an assignment had surely committed before a time; smallest if another one may have. */
    private long committedInPeace(Part part, Epoch epoch, long t) {
        for (Epoch other : part.epochs) {
            if (other != epoch && other.from >= epoch.from && other.from <= t) {
                return Long.MIN_VALUE;
            }
        }
        long committed = Long.MIN_VALUE;
        for (int i = part.commitT.size() - 1; i >= 0 && epoch.known(); i--) {
            if (part.commitT.get(i) <= t - facts.terms.slackMs()) {
                committed = part.commitT.get(i) > epoch.from ? part.commitOffset.get(i) : committed;
                break;
            }
        }
        return committed;
    }

    private boolean reset(Part part, int row) {
        for (Part.Waiver waiver : part.waivers) {
            if (waiver.reset() && waiver.t() <= rows.t.get(row) && waiver.offset() <= rows.offset.get(row)) {
                return true;
            }
        }
        return false;
    }

    /** One line for each assignment that took something over. */
    private void bounds(Part part, Map<Epoch, Long> moved) {
        for (Epoch epoch : part.epochs) {
            long duplicates = moved.getOrDefault(epoch, 0L);
            if (duplicates > 0) {
                long bound = open(part, epoch.firstDelivery, facts.visible(part, epoch), epoch);
                bound("assigned to " + facts.who(epoch), part, epoch.from, duplicates, bound);
            }
        }
    }

    private void streamBounds(Part part, Map<String, Long> fromStreams) {
        for (Event event : facts.events()) {
            Long duplicates = event.kind().equals(EventKind.PROCESSOR_KILL) ? fromStreams.remove(event.who()) : null;
            if (duplicates != null) {
                long bound = open(part, event.t() + facts.terms.slackMs(), committedAt(part, event.t()), null);
                bound("kill of " + event.who(), part, event.t(), duplicates, bound);
            }
        }
    }

    private void bound(String what, Part part, long t, long duplicates, long bound) {
        findings.bound(new Findings.Bound(what, part.name, duplicates, bound));
        if (duplicates > bound) {
            findings.violation(
                    Rule.G9,
                    t,
                    part.name + ": " + duplicates + " duplicates by " + what + ", at most " + bound
                            + " were in flight or settled since the last commit");
        }
    }

    /** Records delivered before a time, by other assignments than {@code not}, at or above an offset. */
    private long open(Part part, long t, long from, @Nullable Epoch not) {
        BitSet open = new BitSet();
        for (int row : facts.byTime[part.number]) {
            if (rows.t.get(row) > t) {
                break;
            }
            if (facts.epochOf[row] != not && rows.offset.get(row) >= from && facts.recordOf[row] >= 0) {
                open.set(facts.recordOf[row]);
            }
        }
        return open.cardinality();
    }

    private static long committedAt(Part part, long t) {
        long committed = Long.MIN_VALUE;
        for (int i = 0; i < part.commitT.size() && part.commitT.get(i) <= t; i++) {
            committed = part.commitOffset.get(i);
        }
        return committed;
    }

    private void violation(Part part, int row, String what) {
        findings.violation(
                Rule.G9,
                rows.t.get(row),
                part.at(rows.offset.get(row)) + ": comes again, " + what + ", to " + rows.streamOf(row).processor);
    }
}
