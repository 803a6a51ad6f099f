package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.LogRecord.Answered;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One delivery of a record and what the processor said to it.
 *
 * @param answeredAt milliseconds of the wall clock; {@link #NEVER} if it said nothing
 * @param verdict null if it said nothing
 */
record Handling(
        Delivered delivered, long answeredAt, @Nullable Verdict verdict) {
    static final long NEVER = Long.MAX_VALUE;

    /** The record. */
    record Place(String topic, int partition, long offset) {}

    private record Slot(String processor, String stream, long batch, int index) {}

    Place place() {
        return new Place(delivered.topic(), delivered.partition(), delivered.offset());
    }

    /** Whether it was delivered before a moment and not answered until then. */
    boolean openAt(long t) {
        return delivered.t() <= t && answeredAt > t;
    }

    boolean terminal() {
        return verdict == Verdict.ACK || verdict == Verdict.REJECT;
    }

    /** The gateway's id without the lane. */
    String gateway() {
        String id = delivered.gateway();
        int lane = id.lastIndexOf('/');
        return lane < 0 ? id : id.substring(0, lane);
    }

    /** All of a run, in the order of delivery. */
    static List<Handling> of(RunLogs logs) {
        Map<Slot, Answered> answers = new HashMap<>();
        for (Answered a : logs.answered) {
            for (int i = a.first(); i < a.first() + a.count(); i++) {
                answers.putIfAbsent(new Slot(a.processor(), a.stream(), a.batch(), i), a);
            }
        }
        List<Handling> all = new ArrayList<>(logs.delivered.size());
        for (Delivered d : logs.delivered) {
            Answered a = answers.get(new Slot(d.processor(), d.stream(), d.batch(), d.index()));
            all.add(a == null ? new Handling(d, NEVER, null) : new Handling(d, a.t(), a.verdict()));
        }
        all.sort(Comparator.comparingLong(h -> h.delivered().t()));
        return all;
    }
}
