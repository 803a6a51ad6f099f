package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.EventKind;
import io.sluice.devkit.oracle.LogRecord.Event;
import io.sluice.devkit.oracle.LogWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is noted of a run: the timeline for people, events for the oracle, figures for the report. Marks and events: any thread. */
final class Notes implements AutoCloseable {
    /** After that much at the latest a process has heard that its clock was moved. */
    private static final long HEARD_MS = 2_000;

    private final Lab lab;
    private final String row;
    private final LogWriter events;
    private final Timeline timeline = new Timeline();
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private long excused;
    private final List<Afterwards> afterwards = new ArrayList<>();
    /** When the gateways' clock was moved, and by how much it is off since. */
    private final List<long[]> clocks = new ArrayList<>();

    /** Finds figures in the logs of a run that is over. */
    @FunctionalInterface
    interface Afterwards {
        void look(RunLogs logs);
    }

    Notes(Lab lab, String row, LogWriter events) {
        this.lab = lab;
        this.row = row;
        this.events = events;
    }

    Timeline timeline() {
        return timeline;
    }

    void mark(String label) {
        timeline.mark(label);
        lab.say("  %-4s %6.1f s  %s".formatted(row, timeline.nowMs() / 1000.0, label));
    }

    void event(String kind, String who, String detail) {
        events.write(new Event(System.currentTimeMillis(), kind, who, detail));
    }

    void faultBegins(String what) {
        event(EventKind.FAULT_START, what, "");
    }

    void faultEnds(String what) {
        event(EventKind.FAULT_END, what, "");
    }

    /** The gateways' clock is off by this much from now on. */
    void clockMoved(long offsetMs) {
        clocks.add(new long[] {System.currentTimeMillis(), offsetMs});
    }

    /** An event that a gateway noted, at the time when it happened: its clock may have been wrong. */
    Event real(Event event) {
        long t = realTime(event.t(), clocks, System.currentTimeMillis());
        return t == event.t() ? event : new Event(t, event.kind(), event.who(), event.detail());
    }

    /**
     * The true time of what a clock called {@code saidMs}.
     *
     * @param clocks when it was moved, in true time, and how far it was ahead from then on; in order
     * @param nowMs true time by which it had happened
     */
    static long realTime(long saidMs, List<long[]> clocks, long nowMs) {
        for (int i = clocks.size() - 1; i >= 0; i--) {
            long t = saidMs - clocks.get(i)[1];
            boolean before = i + 1 < clocks.size() && t > clocks.get(i + 1)[0] + HEARD_MS;
            // What a clock said that was ahead would lie in the future of one that is right again.
            if (t >= clocks.get(i)[0] && !before && t <= nowMs) {
                return t;
            }
        }
        return saidMs;
    }

    /** Lets so many records more come twice than promise P4 allows, for a row whose point it is that they do. */
    void excuse(long duplicates) {
        excused += duplicates;
    }

    long excused() {
        return excused;
    }

    void figure(String name, Object value) {
        figures.put(name, value);
    }

    Map<String, Object> figures() {
        return figures;
    }

    void afterwards(Afterwards look) {
        afterwards.add(look);
    }

    List<Afterwards> afterwards() {
        return afterwards;
    }

    @Override
    public void close() {
        events.close();
    }
}
