package io.sluice.bench;

import java.util.List;
import java.util.Map;

/** One way to handle the records of a topic: processes that have been started and are idle between rounds. For one thread. */
interface Contender extends AutoCloseable {
    /** As in reports: {@code bare}, {@code sluice-key}. */
    String name();

    /** Its processes; not the broker. */
    List<Usage> processes();

    /**
     * Handles the next {@code records} records.
     *
     * @return how long it took, in seconds
     */
    double round(long records);

    /** What its measured process said about the last round, by name. */
    default Map<String, String> notes() {
        return Map.of();
    }

    @Override
    void close();
}
