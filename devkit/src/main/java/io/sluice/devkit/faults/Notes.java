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
    private final Lab lab;
    private final String row;
    private final LogWriter events;
    private final Timeline timeline = new Timeline();
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final List<Afterwards> afterwards = new ArrayList<>();

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
