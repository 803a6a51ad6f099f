package io.sluice.devkit.oracle;

/** G1, G2, G7, G8: what a commit says must be so, and its author must be the one who has the partition. */
final class CommitRules {
    private final Facts facts;
    private final Findings findings;

    CommitRules(Facts facts, Findings findings) {
        this.facts = facts;
        this.findings = findings;
    }

    void judge(Part part) {
        int passed = 0;
        for (int i = 0; i < part.commitT.size(); i++) {
            long t = part.commitT.get(i);
            long offset = part.commitOffset.get(i);
            if (!byOperator(part, t, offset)) {
                regression(part, i);
                nobodys(part, t, offset);
            }
            int end = part.ceiling(offset);
            passed(part, passed, end, t, offset);
            passed = Math.max(passed, end);
        }
        lost(part, passed);
    }

    private void regression(Part part, int i) {
        if (i > 0 && part.commitOffset.get(i) < part.commitOffset.get(i - 1)) {
            findings.violation(
                    Rule.G7,
                    part.commitT.get(i),
                    part.at(part.commitOffset.get(i)) + ": committed after " + part.commitOffset.get(i - 1));
        }
    }

    private void nobodys(Part part, long t, long offset) {
        Epoch last = Facts.owner(part, t);
        if (last == null) {
            return;
        }
        for (Epoch epoch : part.epochs) {
            if (epoch.from <= t && t <= epoch.until) {
                return;
            }
        }
        findings.violation(
                Rule.G8,
                t,
                part.at(offset) + ": committed " + (t - last.until) + " ms after " + facts.who(last)
                        + " was over, and nobody had the partition");
    }

    /** Every record that this commit is the first to pass must have its outcome, and by the owner's own deliveries. */
    private void passed(Part part, int from, int end, long t, long offset) {
        long waived = part.waivedBelow(t);
        Epoch owner = Facts.owner(part, t);
        for (int record = from; record < end; record++) {
            if (part.offset(record) < waived) {
                continue;
            }
            if (part.settledAt[record] > t) {
                findings.violation(
                        Rule.G1,
                        t,
                        part.at(part.offset(record)) + ": passed by a commit of " + offset + ", "
                                + (part.settledAt[record] == Part.NEVER
                                        ? "never settled"
                                        : "settled " + (part.settledAt[record] - t) + " ms later"));
            } else if (owner != null && !own(part, record, owner, t)) {
                findings.violation(
                        Rule.G8,
                        t,
                        part.at(part.offset(record)) + ": passed by a commit of " + offset + " of " + facts.who(owner)
                                + ", which has no outcome of its own for it");
            }
        }
    }

    private boolean own(Part part, int record, Epoch owner, long t) {
        if (part.lettered.get(record)) {
            return true;
        }
        for (int i = part.firstRow[record]; i < part.firstRow[record + 1]; i++) {
            int row = facts.byRecord[part.number][i];
            if (facts.epochOf[row] == owner && facts.rows.done(row) && facts.rows.answeredAt(row) <= t) {
                return true;
            }
        }
        return facts.restored(part, record, owner);
    }

    private void lost(Part part, int passed) {
        long waived = part.waivedBelow(Part.NEVER);
        for (int record = 0; record < passed; record++) {
            if (part.settledAt[record] == Part.NEVER && part.offset(record) >= waived) {
                findings.violation(
                        Rule.G2,
                        part.producedAt(record),
                        part.at(part.offset(record)) + ": passed by a commit, and has no outcome anywhere");
            }
        }
    }

    private static boolean byOperator(Part part, long t, long offset) {
        for (Part.Waiver waiver : part.waivers) {
            if (waiver.reset() && waiver.t() <= t && waiver.offset() == offset) {
                return true;
            }
        }
        return false;
    }
}
