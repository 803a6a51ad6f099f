package io.sluice.devkit.demo;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts breaches of order in a processor's journal.
 *
 * <p>Within a group (KEY: records of one key in one partition; PARTITION: records of one partition): a record's processing starts
 * after the one before has ended for good, and new offsets only rise. Another delivery of a record that has its outcome is a
 * duplicate, not a breach of order; the audit counts it.
 */
final class OrderCheck {
    private final Ordering ordering;
    private final Settled settledElsewhere;

    /** Whether a record is settled without a terminal verdict: dead-lettered by the gateway. */
    interface Settled {
        boolean test(int partition, long offset);
    }

    OrderCheck(Ordering ordering, Settled settledElsewhere) {
        this.ordering = ordering;
        this.settledElsewhere = settledElsewhere;
    }

    /** Number of attempts that should not have started when they did. */
    long violations(List<Attempt> attempts) {
        if (ordering == Ordering.NONE) {
            return 0;
        }
        Map<Group, Line> lines = new HashMap<>();
        return attempts.stream()
                .filter(attempt -> attempt.outcome() != Attempt.Outcome.RELEASE)
                .sorted(Comparator.comparingLong(Attempt::startNs).thenComparingLong(Attempt::offset))
                .filter(attempt ->
                        lines.computeIfAbsent(group(attempt), g -> new Line()).breaks(attempt))
                .count();
    }

    /** A record without a key is in no order with any other, so it is a group of its own. */
    private Group group(Attempt attempt) {
        if (ordering == Ordering.PARTITION) {
            return new Group(attempt.partition(), "", -1);
        }
        return new Group(
                attempt.partition(), attempt.key(), attempt.key().equals(Attempt.NO_KEY) ? attempt.offset() : -1);
    }

    private record Group(int partition, String key, long offset) {}

    /** Attempts of one group so far. */
    private final class Line {
        private final BitSet finished = new BitSet();
        private long offset = -1;
        private boolean done = true;
        private long endNs = Long.MIN_VALUE;

        boolean breaks(Attempt next) {
            boolean overlaps = endNs > next.startNs();
            boolean jumps = next.offset() > offset && !done;
            boolean returns = next.offset() < offset && !settledBefore(next);
            if (next.offset() >= offset) {
                offset = next.offset();
                done = next.outcome().isTerminal() || settledElsewhere.test(next.partition(), next.offset());
                remember(next);
            }
            endNs = Math.max(endNs, next.endNs());
            return overlaps || jumps || returns;
        }

        private void remember(Attempt attempt) {
            if (done) {
                finished.set(Math.toIntExact(attempt.offset()));
            }
        }

        private boolean settledBefore(Attempt attempt) {
            return finished.get(Math.toIntExact(attempt.offset()));
        }
    }
}
