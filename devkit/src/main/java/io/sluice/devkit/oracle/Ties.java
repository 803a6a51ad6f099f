package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What two processors log in the same millisecond may have come in either order: an answer, the next batch and its arrival elsewhere fit
 * into one. Takes the order that accuses least, and keeps that of each processor: earlier records first; of one record, earlier attempts
 * first, and what was released before what was worked on.
 */
final class Ties {
    private final Deliveries rows;

    Ties(Deliveries rows) {
        this.rows = rows;
    }

    /** @param byTime rows of one partition by time, those of each processor in its own order */
    void settle(int[] byTime) {
        for (int from = 0, to; from < byTime.length; from = to) {
            to = from + 1;
            while (to < byTime.length && rows.t.get(byTime[to]) == rows.t.get(byTime[from])) {
                to++;
            }
            if (to - from > 1) {
                merge(byTime, from, to);
            }
        }
    }

    /** Takes, again and again, the best of the processors' first ones. */
    private void merge(int[] byTime, int from, int to) {
        Map<String, ArrayDeque<Integer>> queues = new LinkedHashMap<>();
        for (int i = from; i < to; i++) {
            queues.computeIfAbsent(processor(byTime[i]), p -> new ArrayDeque<>())
                    .addLast(byTime[i]);
        }
        if (queues.size() == 1) {
            return;
        }
        for (int at = from; at < to; at++) {
            ArrayDeque<Integer> best = new ArrayDeque<>();
            for (ArrayDeque<Integer> queue : queues.values()) {
                if (!queue.isEmpty() && (best.isEmpty() || before(queue.element(), best.element()))) {
                    best = queue;
                }
            }
            byTime[at] = best.remove();
        }
    }

    private String processor(int row) {
        return rows.streamOf(row).processor;
    }

    private boolean before(int a, int b) {
        long offsets = rows.offset.get(a) - rows.offset.get(b);
        if (offsets != 0) {
            return offsets < 0;
        }
        long attempts = rows.attempt.get(a) - rows.attempt.get(b);
        return attempts != 0 ? attempts < 0 : released(a) && !released(b);
    }

    private boolean released(int row) {
        return rows.verdict(row) == Verdict.RELEASE;
    }
}
