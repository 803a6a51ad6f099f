package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.LogRecord.Outcome;
import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.util.HashMap;
import java.util.Map;

/** G13: a letter for each rejected record, one only unless something broke, and none without a cause. */
final class LetterRules {
    private final Facts facts;
    private final Deliveries rows;
    private final Findings findings;

    LetterRules(Facts facts, Findings findings) {
        this.facts = facts;
        this.rows = facts.rows;
        this.findings = findings;
    }

    void judge(Part part) {
        Map<Integer, Outcome> first = new HashMap<>();
        for (Outcome outcome : part.outcomes) {
            if (outcome.cause().isEmpty()) {
                continue; // a retry topic's: it comes back
            }
            int record = part.find(outcome.origOffset());
            if (record < 0) {
                unknown(part, outcome);
                continue;
            }
            if (outcome.cause().equals("REJECT") && !rejected(part, record)) {
                violation(part, outcome, "has a letter for a REJECT that no processor gave");
            }
            Outcome before = first.putIfAbsent(record, outcome);
            if (before != null && !facts.disruptions.between(before.t(), outcome.t())) {
                violation(part, outcome, "has a second letter, and nothing happened since the first");
            }
        }
        for (int record = 0; record < part.size; record++) {
            if (!part.lettered.get(record)) {
                missing(part, record);
            }
        }
    }

    private void unknown(Part part, Outcome outcome) {
        // A record of which it is not known whether it was written may have gone there without being delivered.
        if (!facts.hasDoubtful()) {
            violation(part, outcome, "has a letter, but nobody produced it");
        }
    }

    private boolean rejected(Part part, int record) {
        for (int i = part.firstRow[record]; i < part.firstRow[record + 1]; i++) {
            if (rows.verdict(facts.byRecord[part.number][i]) == Verdict.REJECT) {
                return true;
            }
        }
        return false;
    }

    /** What was rejected last, and neither came again nor has a letter, was dropped. */
    private void missing(Part part, int record) {
        int rowsOfRecord = part.firstRow[record + 1] - part.firstRow[record];
        if (rowsOfRecord == 0) {
            return;
        }
        int last = facts.byRecord[part.number][part.firstRow[record + 1] - 1];
        if (rows.verdict(last) == Verdict.REJECT) {
            findings.violation(
                    Rule.G13,
                    rows.answeredAt(last),
                    part.at(part.offset(record)) + ": rejected, has no letter and did not come again");
        }
    }

    private void violation(Part part, Outcome outcome, String what) {
        findings.violation(
                Rule.G13,
                outcome.t(),
                part.at(outcome.origOffset()) + ": " + what + " (" + outcome.topic() + "-" + outcome.partition() + "@"
                        + outcome.offset() + ", " + outcome.cause() + ")");
    }
}
