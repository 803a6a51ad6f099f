package io.sluice.bench;

import java.util.List;
import java.util.Map;

/** Processes that have been started, one of which serves the rounds. For one thread. */
final class StartedContender implements Contender {
    private final String name;
    private final Child measured;
    private final List<Usage> processes;
    private final List<Part> others;

    /** Something that ends with the contender. */
    @FunctionalInterface
    interface Part {
        /** Ends it, and waits until it has. */
        void close();
    }

    /**
     * Takes over what was started.
     *
     * @param name of the contender
     * @param measured serves the rounds, and ends first
     * @param processes all of them
     * @param others end after it, in this order
     */
    StartedContender(String name, Child measured, List<Usage> processes, Part... others) {
        this.name = name;
        this.measured = measured;
        this.processes = List.copyOf(processes);
        this.others = List.of(others);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Usage> processes() {
        return processes;
    }

    @Override
    public double round(long records) {
        return measured.round(records);
    }

    @Override
    public Map<String, String> notes() {
        return measured.notes();
    }

    @Override
    public void close() {
        measured.close();
        others.forEach(Part::close);
    }
}
