package io.sluice.devkit.oracle;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The verdict on a run. */
public final class Findings {
    private static final int SAMPLES = 5;

    /**
     * Duplicates that one disturbance left in one partition, against P4: at most what was in flight and what was settled since the last
     * commit.
     */
    public record Bound(String disruption, String partition, long duplicates, long bound) {}

    /**
     * How far processing was behind during a fault.
     *
     * @param records most records that were written and not settled
     * @param ms longest time that a record which waited then took from written to settled; -1: one was never settled
     */
    public record Lag(String what, long records, long ms) {}

    private final Map<Rule, Long> counts = new EnumMap<>(Rule.class);
    private final Map<Rule, List<Violation>> samples = new EnumMap<>(Rule.class);
    private final Map<String, Long> duplicates = new TreeMap<>();
    private final List<Bound> bounds = new ArrayList<>();
    private final List<Lag> lags = new ArrayList<>();
    private final Disruptions disruptions;
    long records;
    long deliveries;
    long lost;
    long retries;
    long overlapsAcross;

    Findings(Disruptions disruptions) {
        this.disruptions = disruptions;
    }

    void violation(Rule rule, long t, String text) {
        counts.merge(rule, 1L, Long::sum);
        List<Violation> kept = samples.computeIfAbsent(rule, r -> new ArrayList<>());
        if (kept.size() == SAMPLES && kept.get(SAMPLES - 1).t() <= t) {
            return;
        }
        kept.add(new Violation(rule, t, text, disruptions.lastBefore(t)));
        kept.sort(Comparator.comparingLong(Violation::t));
        if (kept.size() > SAMPLES) {
            kept.remove(SAMPLES);
        }
    }

    void justified(String cause) {
        duplicates.merge(cause, 1L, Long::sum);
    }

    void bound(Bound bound) {
        bounds.add(bound);
    }

    void lag(Lag lag) {
        lags.add(lag);
    }

    /** Violations of a rule. */
    public long count(Rule rule) {
        return counts.getOrDefault(rule, 0L);
    }

    /** Violations by rule; rules that hold are not in it. */
    public Map<Rule, Long> counts() {
        return Map.copyOf(counts);
    }

    /** The first violations of a rule, by time. */
    public List<Violation> first(Rule rule) {
        return List.copyOf(samples.getOrDefault(rule, List.of()));
    }

    /** Whether every rule holds. */
    public boolean clean() {
        return counts.isEmpty();
    }

    /** Records that exist and are the group's business. */
    public long records() {
        return records;
    }

    /** All deliveries, the same record as often as it came. */
    public long deliveries() {
        return deliveries;
    }

    /** Records without any outcome. */
    public long lost() {
        return lost;
    }

    /** Violations of order: G6, G6b and G10. */
    public long orderViolations() {
        return count(Rule.G6) + count(Rule.G6B) + count(Rule.G10);
    }

    /** Deliveries of the same record again that have a recorded cause, without those that a verdict asked for. */
    public long justifiedDuplicates() {
        return duplicates.values().stream().mapToLong(Long::longValue).sum();
    }

    /** {@link #justifiedDuplicates} by cause. */
    public Map<String, Long> duplicatesByCause() {
        return Map.copyOf(duplicates);
    }

    public long unjustifiedDuplicates() {
        return count(Rule.G9);
    }

    /** Deliveries again that a RETRY or RELEASE asked for. */
    public long retries() {
        return retries;
    }

    /** Deliveries of a key that one gateway made while another's of the same key was still open: old owners that do not know yet. */
    public long overlapsAcross() {
        return overlapsAcross;
    }

    /** P4: duplicates by disturbance and partition, against what is allowed. */
    public List<Bound> bounds() {
        return List.copyOf(bounds);
    }

    /** G14: lag by fault; the first is that of the whole run. */
    public List<Lag> lags() {
        return List.copyOf(lags);
    }

    /** One line of figures, then one for each of the first violations. */
    @Override
    public String toString() {
        Lag worst = lags.isEmpty() ? new Lag("run", 0, 0) : lags.get(0);
        String head = String.format(
                "records %d, deliveries %d, lost %d, order violations %d, unjustified duplicates %d, justified %d %s,"
                        + " retries %d, worst lag %d records, %.1f s; violations %s",
                records,
                deliveries,
                lost,
                orderViolations(),
                unjustifiedDuplicates(),
                justifiedDuplicates(),
                duplicates,
                retries,
                worst.records(),
                worst.ms() / 1e3,
                counts);
        return samples.values().stream()
                .flatMap(List::stream)
                .map(Violation::toString)
                .collect(Collectors.joining("\n  ", head + (samples.isEmpty() ? "" : "\n  "), ""));
    }
}
