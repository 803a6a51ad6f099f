package io.sluice.devkit.oracle;

/**
 * G9 from the other side: a gateway that gives a partition up in peace commits all that was settled from its first record on without a
 * gap, or it comes again.
 */
final class HandOverRule {
    /** An answer so shortly before the end may have come too late. */
    private static final long MARGIN_MS = 500;

    private final Facts facts;
    private final Findings findings;

    HandOverRule(Facts facts, Findings findings) {
        this.facts = facts;
        this.findings = findings;
    }

    void judge(Part part) {
        for (Epoch epoch : part.epochs) {
            long end = Math.min(epoch.revokedAt, epoch.until);
            if (epoch.released
                    && !epoch.lost
                    && epoch.firstDelivery != Part.NEVER
                    && !facts.disruptions.faultBetween(end, epoch.until)
                    && !facts.disruptions.processorsBetween(end - MARGIN_MS, end, 0)) {
                judge(part, epoch, end - MARGIN_MS);
            }
        }
    }

    private void judge(Part part, Epoch epoch, long by) {
        int record = part.ceiling(facts.startOf(part, epoch));
        int settled = 0;
        long committed = committed(part, epoch);
        long expected = committed;
        while (record < part.size && settled(part, record, epoch, by)) {
            if (part.offset(record) >= committed) {
                settled++;
                expected = part.offset(record) + 1;
            }
            record++;
        }
        if (settled > 0) {
            findings.violation(
                    Rule.G9,
                    epoch.until,
                    part.at(expected) + ": " + settled + " settled records were not committed when " + facts.who(epoch)
                            + " gave the partition up at " + committed);
        }
    }

    /** An answer that a fault kept back would have been asked for again once the lease was over. */
    private boolean settled(Part part, int record, Epoch epoch, long by) {
        if (part.lettered.get(record) && part.settledAt[record] >= epoch.from && part.settledAt[record] <= by) {
            return true;
        }
        for (int i = part.firstRow[record]; i < part.firstRow[record + 1]; i++) {
            int row = facts.byRecord[part.number][i];
            if (facts.epochOf[row] == epoch
                    && facts.rows.verdict(row) == LogRecord.Verdict.ACK
                    && facts.rows.answeredAt(row) <= by
                    && !facts.leaseOver(row, facts.rows.answeredAt(row))
                    && !facts.disruptions.processorsBetween(facts.rows.answeredAt(row), by, facts.terms.leaseMs())) {
                return true;
            }
        }
        return false;
    }

    private long committed(Part part, Epoch epoch) {
        long committed = 0;
        for (int i = 0; i < part.commitT.size() && part.commitT.get(i) <= epoch.until + facts.terms.visibleMs(); i++) {
            committed = part.commitOffset.get(i);
        }
        return committed;
    }
}
