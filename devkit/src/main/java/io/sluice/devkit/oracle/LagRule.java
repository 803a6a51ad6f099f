package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.Disruptions.Window;
import io.sluice.devkit.oracle.Findings.Lag;
import java.util.Arrays;

/** G14: how many records were written and not settled, and for how long. */
final class LagRule {
    private final Facts facts;
    private final Findings findings;

    LagRule(Facts facts, Findings findings) {
        this.facts = facts;
        this.findings = findings;
    }

    void judge() {
        int records = facts.parts.stream().mapToInt(part -> part.size).sum();
        long[] written = new long[records];
        long[] settled = new long[records];
        int n = 0;
        for (Part part : facts.parts) {
            long waived = part.waivedBelow(Part.NEVER);
            for (int record = part.ceiling(waived); record < part.size; record++) {
                written[n] = part.producedAt(record);
                settled[n++] = part.settledAt[record];
            }
        }
        findings.lag(lag("run", written, settled, n, Long.MIN_VALUE, Part.NEVER));
        for (Window fault : facts.disruptions.faults) {
            findings.lag(lag(fault.what(), written, settled, n, fault.from(), fault.to()));
        }
    }

    private static Lag lag(String what, long[] written, long[] settled, int n, long from, long to) {
        long longest = 0;
        long[] begins = new long[n];
        long[] ends = new long[n];
        int waiting = 0;
        for (int i = 0; i < n; i++) {
            if (written[i] > to || settled[i] < from || settled[i] <= written[i]) {
                continue;
            }
            begins[waiting] = Math.max(from, written[i]);
            ends[waiting++] = settled[i];
            long age = settled[i] == Part.NEVER ? Long.MAX_VALUE : settled[i] - written[i];
            longest = Math.max(longest, age);
        }
        Arrays.sort(begins, 0, waiting);
        Arrays.sort(ends, 0, waiting);
        long most = 0;
        int ended = 0;
        for (int begun = 0; begun < waiting; begun++) {
            while (ends[ended] <= begins[begun]) {
                ended++;
            }
            most = Math.max(most, begun + 1 - ended);
        }
        return new Lag(what, most, longest == Long.MAX_VALUE ? -1 : longest);
    }
}
