package io.sluice.devkit.e2e;

import io.sluice.devkit.e2e.Trail.Event;
import io.sluice.devkit.e2e.Trail.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a whole {@link Trail} says of a KEY-ordered run that may have had gateways and processors die in it.
 *
 * @param ended distinct records that had a verdict
 * @param duplicates verdicts beyond a record's first, by partition
 * @param orderViolations times a record was begun while another of its key, or itself, was being processed, or before the one
 *     before it in its key ever had a verdict. Beginning a record again that was never settled is legal
 * @param rewinds the most often the records of one key were gone back to; once a disruption is legal
 */
record Judgement(long ended, Map<Integer, Long> duplicates, long orderViolations, int rewinds) {

    static Judgement of(List<Event> events) {
        Map<String, TreeSet<Long>> offsets = new HashMap<>();
        for (Event event : events) {
            if (event.kind() != Kind.STARTED) {
                offsets.computeIfAbsent(key(event), k -> new TreeSet<>()).add(event.offset());
            }
        }
        Map<String, Line> lines = new HashMap<>();
        offsets.forEach((key, all) -> lines.put(key, new Line(all)));
        Map<Integer, Long> duplicates = new TreeMap<>();
        for (Event event : events) {
            switch (event.kind()) {
                // What the processor before was at died with it.
                case STARTED -> lines.values().forEach(line -> line.open = -1);
                case BEGUN -> lines.get(key(event)).begun(event.offset());
                case ENDED -> {
                    if (!lines.get(key(event)).ended(event.offset())) {
                        duplicates.merge(event.partition(), 1L, Long::sum);
                    }
                }
            }
        }
        return new Judgement(
                lines.values().stream().mapToLong(line -> line.done.size()).sum(),
                duplicates,
                lines.values().stream().mapToLong(line -> line.violations).sum(),
                lines.values().stream().mapToInt(line -> line.rewinds).max().orElse(0));
    }

    long allDuplicates() {
        return duplicates.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String key(Event event) {
        return event.partition() + "/" + event.key();
    }

    /** One key's records. */
    private static final class Line {
        private final TreeSet<Long> offsets;
        private final Set<Long> done = new HashSet<>();
        private long open = -1;
        private long last = -1;
        private long violations;
        private int rewinds;

        Line(TreeSet<Long> offsets) {
            this.offsets = offsets;
        }

        void begun(long offset) {
            Long before = offsets.lower(offset);
            if (open >= 0 || (before != null && !done.contains(before))) {
                violations++;
            }
            if (offset < last) {
                rewinds++;
            }
            open = offset;
            last = offset;
        }

        boolean ended(long offset) {
            open = -1;
            return done.add(offset);
        }
    }
}
