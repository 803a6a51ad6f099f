package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.EventKind;
import io.sluice.devkit.oracle.LogRecord.Event;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
    private final long commitIntervalMs;

    DuplicateBound(List<Handling> handlings, long commitIntervalMs) {
        this.handlings = handlings;
        this.commitIntervalMs = commitIntervalMs;
    }

    /** The most duplicates that these events excuse. */
    long of(List<Event> events) {
        Set<Handling> excused = new HashSet<>();
        for (Event event : events) {
            switch (event.kind()) {
                case EventKind.GATEWAY_KILL, EventKind.LOST -> excused.addAll(ofGateway(event));
                case EventKind.PROCESSOR_KILL ->
                    excused.addAll(handlings.stream()
                            .filter(h -> h.delivered().processor().equals(event.who()) && atOrSoonBefore(h, event.t()))
                            .toList());
                case EventKind.STREAM_END ->
                    excused.addAll(handlings.stream()
                            .filter(h -> h.delivered().processor().equals(event.who())
                                    && h.delivered().stream().equals(event.detail())
                                    && atOrSoonBefore(h, event.t()))
                            .toList());
                default -> {}
            }
        }
        return excused.size();
    }

    private List<Handling> ofGateway(Event event) {
        long sinceMs = event.t() - commitIntervalMs - ON_THE_WAY_MS;
        String lane = event.who();
        return handlings.stream()
                .filter(h -> h.delivered().gateway().equals(lane) || h.gateway().equals(lane))
                .filter(h -> h.delivered().t() <= event.t() + STILL_AT_MS && h.answeredAt() >= sinceMs)
                .toList();
    }

    /** In flight, or answered so shortly before that the answer may have been lost with the connection. */
    private static boolean atOrSoonBefore(Handling h, long t) {
        return h.delivered().t() <= t && h.answeredAt() >= t - STILL_AT_MS;
    }
}
