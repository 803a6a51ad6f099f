package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.LogRecord.Event;
import io.sluice.devkit.oracle.LogRecord.Outcome;

/** G3, G4, G5: every record has an outcome in time, none comes from nowhere, all are what was produced. */
final class FateRules {
    private final Facts facts;
    private final Findings findings;

    FateRules(Facts facts, Findings findings) {
        this.facts = facts;
        this.findings = findings;
    }

    void judge(Part part) {
        unseen(part);
        for (int row : facts.byTime[part.number]) {
            if (facts.recordOf[row] < 0) {
                phantom(part, row);
            } else {
                corrupt(part, row);
            }
        }
        for (Outcome outcome : part.outcomes) {
            int record = part.find(outcome.origOffset());
            if (record >= 0 && Hashes.of(outcome.sha()) != part.sha(record)) {
                findings.violation(
                        Rule.G5,
                        outcome.t(),
                        part.at(outcome.origOffset()) + ": its value differs in " + outcome.topic() + "-"
                                + outcome.partition() + "@" + outcome.offset());
            }
        }
    }

    private void unseen(Part part) {
        long waived = part.waivedBelow(Part.NEVER);
        long latest = latest();
        for (int record = 0; record < part.size; record++) {
            if (part.offset(record) < waived) {
                continue;
            }
            findings.records++;
            long settledAt = part.settledAt[record];
            long deadline = Math.max(latest, part.producedAt(record) + facts.terms.settleMs());
            if (settledAt == Part.NEVER) {
                findings.lost++;
                findings.violation(
                        Rule.G3, part.producedAt(record), part.at(part.offset(record)) + ": written and never settled");
            } else if (settledAt > deadline) {
                findings.violation(
                        Rule.G3,
                        settledAt,
                        part.at(part.offset(record)) + ": settled " + (settledAt - deadline) + " ms too late");
            }
        }
    }

    /** Until when everything that was there at the last heal must be settled; 0: nobody said that faults are over. */
    private long latest() {
        long healed = 0;
        for (Event event : facts.events()) {
            if (event.kind().equals(EventKind.HEAL)) {
                healed = event.t() + facts.terms.settleMs();
            }
        }
        return healed == 0 ? Part.NEVER - 1 : healed;
    }

    private void phantom(Part part, int row) {
        boolean failed = facts.failed(facts.rows.uid.get(row));
        findings.violation(
                Rule.G4,
                facts.rows.t.get(row),
                part.at(facts.rows.offset.get(row)) + ": delivered, but "
                        + (failed ? "its producer failed or aborted it" : "nobody produced it"));
    }

    private void corrupt(Part part, int row) {
        int record = facts.recordOf[row];
        String what = "";
        if (facts.rows.uid.get(row) != part.uid(record)) {
            what = "another record";
        } else if (facts.rows.sha.get(row) != part.sha(record)) {
            what = "another value";
        } else if (facts.rows.key.getInt(row) != part.key(record)) {
            what = "another key";
        }
        if (!what.isEmpty()) {
            findings.violation(
                    Rule.G5, facts.rows.t.get(row), part.at(part.offset(record)) + ": delivered with " + what);
        }
    }
}
