package io.sluice.devkit.oracle;

import java.util.HashMap;
import java.util.Map;

/**
 * G6, G6b, G10: within an assignment, records of a unit of order (a key, a partition) come one after the other.
 *
 * <p>The scope is (gateway and lane, partition, assignment, unit). Within it a record may come again, if {@link DuplicateRules} finds a
 * cause; what must not happen is that a record comes before an earlier one is done, or while another delivery of the unit is open.
 */
final class OrderRules {
    /** How much earlier than its drain time a gateway that waits may have let go. */
    private static final long DRAIN_SLACK_MS = 200;

    private static final class Unit {
        int last = -1;
        long highest = Long.MIN_VALUE;
    }

    private final Facts facts;
    private final Deliveries rows;
    private final Findings findings;

    OrderRules(Facts facts, Findings findings) {
        this.facts = facts;
        this.rows = facts.rows;
        this.findings = findings;
    }

    void judge(Part part) {
        if (facts.terms.ordering() == Terms.Ordering.NONE) {
            return;
        }
        Map<Epoch, Map<Integer, Unit>> scopes = new HashMap<>();
        Map<Integer, Integer> lastOfAll = new HashMap<>();
        for (int row : facts.byTime[part.number]) {
            int unit = unit(rows.key.getInt(row));
            if (unit < 0) {
                continue;
            }
            Unit scope = scopes.computeIfAbsent(facts.epochOf[row], e -> new HashMap<>())
                    .computeIfAbsent(unit, u -> new Unit());
            if (scope.last >= 0) {
                within(part, scope, row);
            }
            Integer before = lastOfAll.put(unit, row);
            if (before != null && facts.epochOf[before] != facts.epochOf[row]) {
                across(part, before, row);
            }
            scope.last = row;
            scope.highest = Math.max(scope.highest, rows.offset.get(row));
        }
        scopes.forEach((epoch, units) -> {
            // Where an unknown assignment began is known only if it was the first.
            if (epoch.known() || scopes.size() == 1) {
                skipped(part, epoch, units);
            }
        });
    }

    /** -1: the record follows none. */
    private int unit(int key) {
        return facts.terms.ordering() == Terms.Ordering.PARTITION ? 0 : key;
    }

    private void within(Part part, Unit scope, int row) {
        int last = scope.last;
        long offset = rows.offset.get(row);
        if (rows.sameRun(last, row)) {
            if (offset <= rows.offset.get(last)) {
                violation(part, row, "comes after @" + rows.offset.get(last) + " in one batch");
            }
            return;
        }
        if (!rows.answeredBefore(last, row) && !excused(last, row)) {
            violation(part, row, "comes while @" + rows.offset.get(last) + " is open");
        } else if (offset > rows.offset.get(last) && !finished(part, last, row)) {
            violation(part, row, "comes before @" + rows.offset.get(last) + " is done");
        } else if (offset < scope.highest && firstTime(part, row)) {
            violation(part, row, "comes for the first time after @" + scope.highest);
        }
    }

    /** A stalled stream may bring late what was sent long ago: during faults an open delivery elsewhere proves nothing. */
    private boolean excused(int open, int row) {
        return facts.givenUp(open, row)
                || (rows.stream.get(open) != rows.stream.get(row)
                        && facts.disruptions.faultBetween(rows.t.get(open) - facts.terms.leaseMs(), rows.t.get(row)));
    }

    /** Whether the record of {@code before} need not be waited for: done, or dead-lettered after its last delivery. */
    private boolean finished(Part part, int before, int row) {
        int record = facts.recordOf[before];
        if (record < 0) {
            return true;
        }
        Epoch epoch = facts.epochOf[row];
        if (facts.doneBefore(part, record, epoch, row)) {
            return true;
        }
        return part.lettered.get(record) && !comesAgain(part, record, epoch, row);
    }

    private boolean comesAgain(Part part, int record, Epoch epoch, int row) {
        for (int i = part.firstRow[record]; i < part.firstRow[record + 1]; i++) {
            int other = facts.byRecord[part.number][i];
            if (facts.epochOf[other] == epoch && rows.t.get(other) > rows.t.get(row)) {
                return true;
            }
        }
        return false;
    }

    private boolean firstTime(Part part, int row) {
        int record = facts.recordOf[row];
        // A record that was dead-lettered meanwhile may come late from a stream that was stalled.
        return record >= 0 && !part.lettered.get(record) && facts.firstRowIn(part, record, facts.epochOf[row]) == row;
    }

    private void across(Part part, int before, int row) {
        if (rows.answeredBefore(before, row) || facts.givenUp(before, row)) {
            return;
        }
        if (!process(before).equals(process(row))) {
            findings.overlapsAcross++;
            return;
        }
        Epoch old = facts.epochOf[before];
        boolean waited = old.until - old.revokedAt >= facts.terms.drainMs() - DRAIN_SLACK_MS;
        if (old.known() && !old.lost && !waited && !excused(before, row)) {
            findings.violation(
                    Rule.G6B,
                    rows.t.get(row),
                    text(part, row, "comes while @" + rows.offset.get(before) + " of " + facts.who(old) + " is open"));
        }
    }

    /** The gateway without its lane. */
    private String process(int row) {
        String gateway = rows.gatewayName(rows.gateway(row));
        int slash = gateway.lastIndexOf('/');
        return slash < 0 ? gateway : gateway.substring(0, slash);
    }

    /** G10: below the highest record of a unit that an assignment delivered, all that it was asked for must have come. */
    private void skipped(Part part, Epoch epoch, Map<Integer, Unit> units) {
        long waived = part.waivedBelow(Part.NEVER);
        long highest = units.values().stream().mapToLong(u -> u.highest).max().orElse(Long.MIN_VALUE);
        int end = part.ceiling(highest);
        for (int record = part.ceiling(Math.max(waived, facts.startOf(part, epoch))); record < end; record++) {
            Unit unit = units.get(unit(part.key(record)));
            if (unit != null
                    && part.offset(record) < unit.highest
                    && !part.lettered.get(record)
                    && facts.firstRowIn(part, record, epoch) < 0
                    && !facts.restored(part, record, epoch)) {
                findings.violation(
                        Rule.G10,
                        epoch.firstDelivery,
                        part.at(part.offset(record)) + ": passed over by " + facts.who(epoch) + ", which delivered @"
                                + unit.highest + " of the same unit");
            }
        }
    }

    private void violation(Part part, int row, String what) {
        findings.violation(Rule.G6, rows.t.get(row), text(part, row, what));
    }

    private String text(Part part, int row, String what) {
        return part.at(rows.offset.get(row)) + ": " + what + ", key " + facts.key(rows.key.getInt(row)) + ", batch "
                + rows.batch.get(row) + " of " + rows.streamOf(row).name + " by " + facts.who(facts.epochOf[row]);
    }
}
