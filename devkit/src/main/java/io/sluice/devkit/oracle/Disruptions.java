package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.LogRecord.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What disturbed a run, and when. */
final class Disruptions {
    private static final Set<String> MOMENTS = Set.of(
            EventKind.REVOKED,
            EventKind.RELEASED,
            EventKind.LOST,
            EventKind.GATEWAY_KILL,
            EventKind.GATEWAY_TERM,
            EventKind.PROCESSOR_KILL,
            EventKind.PROCESSOR_TERM,
            EventKind.STREAM_END);

    private static final Set<String> PROCESSORS =
            Set.of(EventKind.PROCESSOR_KILL, EventKind.PROCESSOR_TERM, EventKind.STREAM_END);

    /**
     * A time in which something was not as it should be.
     *
     * @param to {@link Part#NEVER}: it never ended
     */
    record Window(String what, long from, long to) {}

    final List<Window> faults = new ArrayList<>();
    private final List<Window> all = new ArrayList<>();
    private final List<Window> processors = new ArrayList<>();
    private final Map<String, Long> deaths = new HashMap<>();
    private final long slackMs;

    /** @param events in order of time */
    Disruptions(List<Event> events, long slackMs) {
        this.slackMs = slackMs;
        Map<String, Event> open = new HashMap<>();
        for (Event event : events) {
            if (event.kind().equals(EventKind.FAULT_START)) {
                open.put(event.who(), event);
            } else if (event.kind().equals(EventKind.FAULT_END)) {
                Event start = open.remove(event.who());
                faults.add(new Window(event.who(), start == null ? event.t() : start.t(), event.t()));
            } else if (MOMENTS.contains(event.kind())) {
                Window moment = new Window(event.kind() + " " + event.who(), event.t(), event.t());
                all.add(moment);
                if (PROCESSORS.contains(event.kind())) {
                    processors.add(moment);
                }
            }
            if (event.kind().equals(EventKind.PROCESSOR_KILL)) {
                deaths.putIfAbsent(event.who(), event.t());
            }
            if (event.kind().equals(EventKind.STREAM_END)) {
                deaths.putIfAbsent(event.who() + '\n' + event.detail(), event.t());
            }
        }
        open.values().forEach(start -> faults.add(new Window(start.who(), start.t(), Part.NEVER)));
        all.addAll(faults);
    }

    /** Whether anything disturbed between two times, or shortly before. */
    boolean between(long from, long to) {
        return overlaps(all, from, to);
    }

    /** Whether a fault lasted between two times, or had ended shortly before. */
    boolean faultBetween(long from, long to) {
        return overlaps(faults, from, to);
    }

    /**
     * Whether a processor or a stream ended between two times, or a fault lasted that may still be felt at the second.
     *
     * @param feltMs how long after its end a fault is felt
     */
    boolean processorsBetween(long from, long to, long feltMs) {
        for (Window window : processors) {
            if (window.from() >= from && window.from() <= to) {
                return true;
            }
        }
        for (Window fault : faults) {
            if (fault.from() <= to && (fault.to() == Part.NEVER || fault.to() + feltMs >= to)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the processor is known to have been dead, or the stream over, at a time. */
    boolean ended(Deliveries.Stream stream, long t) {
        return deaths.getOrDefault(stream.processor, Part.NEVER) <= t
                || deaths.getOrDefault(stream.processor + '\n' + stream.name, Part.NEVER) <= t;
    }

    /** Whether a processor had been killed by a time. */
    boolean killedBy(String processor, long t) {
        return deaths.getOrDefault(processor, Part.NEVER) <= t;
    }

    /** What began last before a time, for messages; empty: nothing. */
    String lastBefore(long t) {
        Window last = null;
        for (Window window : all) {
            if (window.from() <= t && (last == null || window.from() >= last.from())) {
                last = window;
            }
        }
        return last == null ? "" : String.format("%.3f s after %s", (t - last.from()) / 1e3, last.what());
    }

    private boolean overlaps(List<Window> windows, long from, long to) {
        for (Window window : windows) {
            if (window.from() <= to + slackMs && (window.to() == Part.NEVER || window.to() + slackMs >= from)) {
                return true;
            }
        }
        return false;
    }
}
