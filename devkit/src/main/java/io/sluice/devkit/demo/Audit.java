package io.sluice.devkit.demo;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Checks a finished run: every produced record has exactly one outcome. Uses nothing the gateway says of itself.
 *
 * <p>Outcomes of a record are its terminal verdicts in the processor's journal and its copies in the dead-letter topic. A REJECT and
 * its dead letter are one outcome; an ACK and a dead letter are two. Not thread-safe.
 */
final class Audit {
    private final Map<Integer, Long> ends;
    private final Map<Integer, BitSet> acked = new TreeMap<>();
    private final Map<Integer, BitSet> rejected = new TreeMap<>();
    private final Map<Integer, BitSet> buried = new TreeMap<>();
    private final SortedMap<String, Long> codes = new TreeMap<>();
    private long duplicates;
    private long retried;

    /**
     * @param ends end offset by partition of the source topic; the topic holds every offset below
     */
    Audit(Map<Integer, Long> ends) {
        this.ends = ends;
    }

    /**
     * Examines a run.
     *
     * @param attempts the whole journal, in any order
     * @param letters the whole dead-letter topic
     * @param lag records between committed and end
     */
    Findings examine(Ordering ordering, List<Attempt> attempts, List<Letter> letters, long lag) {
        letters.forEach(this::bury);
        attempts.forEach(this::record);
        long order = new OrderCheck(ordering, this::isBuried).violations(attempts);
        long produced = ends.values().stream().mapToLong(Long::longValue).sum();
        return new Findings(
                produced,
                count(acked),
                count(buried),
                codes,
                lag,
                order,
                lost(),
                duplicates + ackedAndBuried(),
                retried);
    }

    private void bury(Letter letter) {
        if (first(buried, letter.partition(), letter.offset())) {
            codes.merge(letter.code(), 1L, Long::sum);
        } else {
            duplicates++;
        }
    }

    private void record(Attempt attempt) {
        switch (attempt.outcome()) {
            case ACK -> settle(acked, rejected, attempt);
            case REJECT -> settle(rejected, acked, attempt);
            case RETRY -> retried++;
            case RELEASE -> {}
        }
    }

    private void settle(Map<Integer, BitSet> mine, Map<Integer, BitSet> other, Attempt attempt) {
        boolean again = !first(mine, attempt.partition(), attempt.offset());
        if (again || has(other, attempt.partition(), attempt.offset())) {
            duplicates++;
        }
    }

    /** A record with both an ACK and a REJECT is counted when its second verdict is met, so it is left out here. */
    private long ackedAndBuried() {
        long both = 0;
        for (Map.Entry<Integer, BitSet> partition : buried.entrySet()) {
            BitSet set = (BitSet) partition.getValue().clone();
            set.and(acked.getOrDefault(partition.getKey(), new BitSet()));
            set.andNot(rejected.getOrDefault(partition.getKey(), new BitSet()));
            both += set.cardinality();
        }
        return both;
    }

    private long lost() {
        long lost = 0;
        for (Map.Entry<Integer, Long> end : ends.entrySet()) {
            BitSet settled =
                    (BitSet) acked.getOrDefault(end.getKey(), new BitSet()).clone();
            settled.or(buried.getOrDefault(end.getKey(), new BitSet()));
            lost += end.getValue()
                    - settled.get(0, Math.toIntExact(end.getValue())).cardinality();
        }
        return lost;
    }

    private boolean isBuried(int partition, long offset) {
        return has(buried, partition, offset);
    }

    private static boolean has(Map<Integer, BitSet> sets, int partition, long offset) {
        BitSet set = sets.get(partition);
        return set != null && set.get(Math.toIntExact(offset));
    }

    private static boolean first(Map<Integer, BitSet> sets, int partition, long offset) {
        BitSet set = sets.computeIfAbsent(partition, p -> new BitSet());
        boolean seen = set.get(Math.toIntExact(offset));
        set.set(Math.toIntExact(offset));
        return !seen;
    }

    private static long count(Map<Integer, BitSet> sets) {
        return sets.values().stream().mapToLong(BitSet::cardinality).sum();
    }
}
