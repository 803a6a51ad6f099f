package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.EventKind;
import io.sluice.devkit.oracle.LogRecord.Event;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Promise P4 in numbers: how many records a run's disruptions may have delivered again after they were settled. For each death of a
 * gateway, what was in flight in it and what was settled within the last commit interval; for each death of a processor or end of a
 * stream, what was in flight there. From the processors' logs alone.
 */
final class DuplicateBound {
    /** A verdict's way from the processor to the commit board, and a turn of the poll loop, on a slow machine. */
    private static final long ON_THE_WAY_MS = 2_000;
    /** How long after a gateway's death a processor may still be at a record of it; far less than a new one needs to start. */
    private static final long STILL_AT_MS = 1_000;

    private final List<Handling> handlings;
    private final List<Event> events;
    private final long commitIntervalMs;

    DuplicateBound(List<Handling> handlings, List<Event> events, long commitIntervalMs) {
        this.handlings = handlings;
        this.events = events;
        this.commitIntervalMs = commitIntervalMs;
    }

    /** The most duplicates that the run's events excuse. */
    long most() {
        Map<String, String> gatewayOf = new HashMap<>();
        handlings.forEach(h -> gatewayOf.put(h.delivered().stream(), h.gateway()));
        Set<String> ended = new HashSet<>();
        Set<Handling> excused = new HashSet<>();
        for (Event event : events) {
            switch (event.kind()) {
                // Streams that end because one side was ended excuse nothing by themselves.
                case EventKind.GATEWAY_TERM, EventKind.PROCESSOR_TERM -> ended.add(event.who());
                case EventKind.GATEWAY_KILL, EventKind.LOST -> {
                    ended.add(event.who());
                    excuse(excused, h -> ofGateway(h, event));
                }
                case EventKind.PROCESSOR_KILL -> excuse(excused, h -> ofProcessor(h, event));
                case EventKind.STREAM_END -> {
                    if (!ended.contains(event.who()) && !ended.contains(gatewayOf.get(event.detail()))) {
                        excuse(
                                excused,
                                h -> ofProcessor(h, event)
                                        && h.delivered().stream().equals(event.detail()));
                    }
                }
                default -> {}
            }
        }
        return excused.size();
    }

    private void excuse(Set<Handling> excused, Predicate<Handling> when) {
        handlings.stream().filter(when).forEach(excused::add);
    }

    private boolean ofGateway(Handling h, Event event) {
        return (h.delivered().gateway().equals(event.who()) || h.gateway().equals(event.who()))
                && h.delivered().t() <= event.t() + STILL_AT_MS
                && h.answeredAt() >= unknownSince(event.t(), commitIntervalMs + ON_THE_WAY_MS, fault -> true);
    }

    /**
     * Since when something that ended at a time may not have got through: so long before, or before the beginning of a fault that lasted
     * until then.
     *
     * @param concerns which faults, by their names
     */
    private long unknownSince(long t, long onTheWayMs, Predicate<String> concerns) {
        long ms = t - onTheWayMs;
        long since = ms;
        String open = "";
        for (Event event : events) {
            if (event.t() > t) {
                break;
            }
            if (event.kind().equals(EventKind.FAULT_START) && open.isEmpty() && concerns.test(event.who())) {
                open = event.who();
                since = Math.min(ms, event.t() - onTheWayMs);
            } else if (event.kind().equals(EventKind.FAULT_END) && open.equals(event.who()) && event.t() < ms) {
                open = "";
                since = ms;
            }
        }
        return since;
    }

    /** In flight, or answered so shortly before that the answer may have been lost with the connection. */
    private boolean ofProcessor(Handling h, Event event) {
        String name = event.who().replaceFirst("-[0-9]+$", "");
        return h.delivered().processor().equals(event.who())
                && h.delivered().t() <= event.t()
                && h.answeredAt() >= unknownSince(event.t(), STILL_AT_MS, fault -> fault.endsWith(" " + name));
    }
}
