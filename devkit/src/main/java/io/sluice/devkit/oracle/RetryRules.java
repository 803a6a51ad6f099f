package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.LogRecord.Outcome;
import io.sluice.devkit.oracle.LogRecord.Verdict;

/** G12: attempts are counted, bounded and not too early. */
final class RetryRules {
    private static final String BY_ATTEMPTS = "ATTEMPTS";

    /** Two clocks: the gateway's timers and the wall. */
    private static final long TICK_MS = 3;

    private final Facts facts;
    private final Deliveries rows;
    private final Findings findings;

    RetryRules(Facts facts, Findings findings) {
        this.facts = facts;
        this.rows = facts.rows;
        this.findings = findings;
    }

    void judge(Part part) {
        for (int record = 0; record < part.size; record++) {
            for (int i = part.firstRow[record]; i < part.firstRow[record + 1]; i++) {
                int row = facts.byRecord[part.number][i];
                tooMany(part, row);
                if (i > part.firstRow[record]) {
                    int before = facts.byRecord[part.number][i - 1];
                    if (facts.epochOf[before] == facts.epochOf[row]) {
                        after(part, before, row);
                    } else if (facts.terms.attemptsSurvive()) {
                        survived(part, record, i);
                    }
                }
            }
        }
        part.outcomes.forEach(outcome -> letter(part, outcome));
    }

    private void tooMany(Part part, int row) {
        int max = facts.terms.maxAttempts();
        if (rows.attempt.get(row) > max) {
            violation(part, row, "attempt " + rows.attempt.get(row) + " of at most " + max);
        }
    }

    private void after(Part part, int before, int row) {
        long was = rows.attempt.get(before);
        long is = rows.attempt.get(row);
        if (is < was && rows.answeredBefore(before, row)) {
            violation(part, row, "attempt " + is + " after attempt " + was);
        }
        if (rows.verdict(before) != Verdict.RETRY || !rows.answeredBefore(before, row)) {
            return;
        }
        if (is <= was && !rows.wide(before) && facts.taken(before)) {
            violation(part, row, "attempt " + is + " again, although attempt " + was + " failed");
        }
        if (is > was + 1) {
            violation(part, row, "attempt " + is + " right after attempt " + was);
        }
        long asked = rows.retryAfterMs(before);
        long least = asked >= 0 ? asked : rows.wide(before) ? 0 : facts.terms.minBackoffMs();
        long waited = rows.t.get(row) - rows.answeredAt(before);
        // A verdict that came too late was not taken: the lease had given the record back already.
        if (facts.taken(before) && waited < least - TICK_MS) {
            violation(part, row, "comes again after " + waited + " ms, at least " + least + " ms after a RETRY");
        }
    }

    /** What an owner learned after its last commit is lost with it, whatever later owners commit. */
    private long lastToldBy(Part part, Epoch owner) {
        for (int i = part.commitT.size() - 1; i >= 0 && owner.known(); i--) {
            long t = part.commitT.get(i);
            if (t <= owner.until) {
                return t >= owner.from ? t - facts.terms.slackMs() : Long.MIN_VALUE;
            }
        }
        return owner.known() ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    /** What had failed before a commit that the new owner saw must be counted. */
    private void survived(Part part, int record, int i) {
        int row = facts.byRecord[part.number][i];
        Epoch epoch = facts.epochOf[row];
        int commits = epoch.known() ? facts.visibleCommits(part, epoch) : 0;
        if (commits == 0) {
            return;
        }
        long seenAt = part.commitT.get(commits - 1) - facts.terms.slackMs();
        for (int j = part.firstRow[record]; j < i; j++) {
            int before = facts.byRecord[part.number][j];
            long known = Math.min(seenAt, lastToldBy(part, facts.epochOf[before]));
            if (rows.answeredAt(before) <= known && rows.attempt.get(before) > rows.attempt.get(row)) {
                violation(
                        part,
                        row,
                        "attempt " + rows.attempt.get(row) + " after a rebalance, attempt " + rows.attempt.get(before)
                                + " had failed before the last commit");
                return;
            }
        }
    }

    private void letter(Part part, Outcome outcome) {
        int max = facts.terms.maxAttempts();
        boolean wrong = outcome.cause().equals(BY_ATTEMPTS) ? outcome.attempts() != max : outcome.attempts() > max;
        if (wrong) {
            findings.violation(
                    Rule.G12,
                    outcome.t(),
                    part.at(outcome.origOffset()) + ": dead-lettered (" + outcome.cause() + ") after "
                            + outcome.attempts() + " attempts of " + max);
        }
    }

    private void violation(Part part, int row, String what) {
        findings.violation(Rule.G12, rows.t.get(row), part.at(rows.offset.get(row)) + ": " + what);
    }
}
