package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.LogRecord;
import io.sluice.devkit.oracle.LogRecord.Answered;
import io.sluice.devkit.oracle.LogRecord.Committed;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import io.sluice.devkit.oracle.LogRecord.Produced;
import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What rows read from the logs of a run that is over. Pure. */
final class Figures {
    private Figures() {}

    /** Longest time without a delivery of a partition's records in one of these windows, in milliseconds; partitions together. */
    static long worstGapMs(List<Delivered> delivered, List<Window> windows) {
        Map<Integer, List<Long>> times = new HashMap<>();
        for (Delivered d : delivered) {
            times.computeIfAbsent(d.partition(), p -> new ArrayList<>()).add(d.t());
        }
        long worst = 0;
        for (List<Long> of : times.values()) {
            for (Window window : windows) {
                worst = Math.max(worst, worstGap(of, window));
            }
        }
        return worst;
    }

    private static long worstGap(List<Long> times, Window window) {
        long worst = 0;
        for (int i = 1; i < times.size(); i++) {
            boolean within = times.get(i) >= window.fromMs() && times.get(i - 1) <= window.toMs();
            worst = Math.max(worst, within ? times.get(i) - times.get(i - 1) : 0);
        }
        return worst;
    }

    /** Longest time between two commits, in milliseconds. */
    static long worstCommitGapMs(List<Committed> commits) {
        List<Long> times = commits.stream().map(Committed::t).sorted().toList();
        long worst = 0;
        for (int i = 1; i < times.size(); i++) {
            worst = Math.max(worst, times.get(i) - times.get(i - 1));
        }
        return worst;
    }

    /** Longest time from one of these moments to the first commit after it, in milliseconds. */
    static long worstFirstCommitMs(List<Committed> commits, List<Long> momentsMs) {
        return momentsMs.stream()
                .mapToLong(moment -> commits.stream()
                        .filter(c -> c.t() >= moment)
                        .mapToLong(c -> c.t() - moment)
                        .min()
                        .orElse(Long.MAX_VALUE))
                .max()
                .orElse(0);
    }

    /** Records that processors have acknowledged more than once. */
    static long ackedTwice(RunLogs logs) {
        return ackedTwice(logs, Long.MAX_VALUE);
    }

    /** The same, of acknowledgements up to a moment. */
    static long ackedTwice(RunLogs logs, long untilMs) {
        Map<String, Delivered> sent = new HashMap<>();
        logs.delivered.forEach(d -> sent.put(place(d.processor(), d.stream(), d.batch(), d.index()), d));
        Map<String, Integer> acks = new HashMap<>();
        for (Answered a : logs.answered) {
            for (int i = 0; a.verdict() == Verdict.ACK && a.t() <= untilMs && i < a.count(); i++) {
                Delivered d = sent.get(place(a.processor(), a.stream(), a.batch(), a.first() + i));
                if (d != null) {
                    acks.merge(d.topic() + '-' + d.partition() + '@' + d.offset(), 1, Integer::sum);
                }
            }
        }
        return acks.values().stream().filter(n -> n > 1).count();
    }

    /** Highest offset of a partition that was delivered until a moment; -1: none. */
    static long lastDelivered(RunLogs logs, int partition, long untilMs) {
        return logs.delivered.stream()
                .filter(d -> d.partition() == partition && d.t() <= untilMs)
                .max(Comparator.comparingLong(Delivered::offset))
                .map(Delivered::offset)
                .orElse(-1L);
    }

    /** For each record written in a window that was answered, milliseconds from its write to its first verdict. */
    static List<Long> writtenToAnswered(List<Produced> produced, List<Handling> handlings, Window window) {
        Map<String, Long> written = new HashMap<>();
        for (Produced p : produced) {
            if (p.t() >= window.fromMs() && p.t() <= window.toMs()) {
                written.put(p.partition() + "@" + p.offset(), p.t());
            }
        }
        List<Long> took = new ArrayList<>();
        for (Handling h : handlings) {
            Long at = h.verdict() == null
                    ? null
                    : written.remove(
                            h.delivered().partition() + "@" + h.delivered().offset());
            if (at != null) {
                took.add(Math.max(0, h.answeredAt() - at));
            }
        }
        return took;
    }

    /** Lines of a window. */
    static long countIn(List<? extends LogRecord> lines, Window window) {
        return lines.stream()
                .filter(l -> l.t() >= window.fromMs() && l.t() <= window.toMs())
                .count();
    }

    private static String place(String processor, String stream, long batch, int index) {
        return processor + '/' + stream + '/' + batch + '/' + index;
    }

    /** From when to when, in milliseconds of the wall clock. */
    record Window(long fromMs, long toMs) {
        long seconds() {
            return Math.max(1, (toMs - fromMs) / 1000);
        }
    }
}
