package io.sluice.devkit.e2e;

import io.sluice.devkit.e2e.Processes.Member;
import io.sluice.devkit.e2e.Trail.Event;
import io.sluice.devkit.e2e.Trail.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What a gateway held just before a fault.
 *
 * @param atMs wall clock, before the gateway was asked
 * @param inFlight records received and not settled, by partition
 */
record Snapshot(long atMs, Map<Integer, Long> inFlight) {
    /** A verdict's way from the processor to the commit board, and a poll loop's turn, on a slow machine. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    static Snapshot of(Member gateway) {
        long atMs = System.currentTimeMillis();
        Map<Integer, Long> inFlight = new TreeMap<>();
        for (JsonNode partition : gateway.status().path("partitions")) {
            inFlight.put(
                    partition.path("partition").asInt(),
                    partition.path("in_flight_records").asLong());
        }
        return new Snapshot(atMs, inFlight);
    }

    long allInFlight() {
        return inFlight.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * The most verdicts a processor's death may make void, by partition: what was in flight, and what came and was answered between
     * this picture and the death.
     */
    Map<Integer, Long> inFlightUntil(long deathMs, List<Event> events) {
        return inFlightAndEnded(atMs, deathMs, events);
    }

    /** The most a gateway's death may make void, by partition: what was in flight and what was settled since the last commit. */
    Map<Integer, Long> uncommittedUntil(long deathMs, Duration commitInterval, List<Event> events) {
        return inFlightAndEnded(atMs - commitInterval.plus(TOLERANCE).toMillis(), deathMs, events);
    }

    private Map<Integer, Long> inFlightAndEnded(long fromMs, long untilMs, List<Event> events) {
        Map<Integer, Long> bound = new TreeMap<>(inFlight);
        events.stream()
                .filter(event -> event.kind() == Kind.ENDED && event.atMs() >= fromMs && event.atMs() <= untilMs)
                .forEach(event -> bound.merge(event.partition(), 1L, Long::sum));
        return bound;
    }
}
