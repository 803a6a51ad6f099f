package io.sluice.devkit.e2e;

import io.sluice.devkit.e2e.Processes.Member;
import io.sluice.devkit.e2e.Trail.Event;
import io.sluice.devkit.e2e.Trail.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * What a gateway held just before a fault, as it says itself.
 *
 * @param atMs wall clock, before the gateway was asked
 * @param inFlight records received and not settled, by partition
 * @param committed offset last confirmed by the broker, by partition
 */
record Snapshot(long atMs, Map<Integer, Long> inFlight, Map<Integer, Long> committed) {
    /** A verdict's way from the processor to the commit board, and a poll loop's turn, on a slow machine. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    static Snapshot of(Member gateway) {
        long atMs = System.currentTimeMillis();
        Map<Integer, Long> inFlight = new TreeMap<>();
        Map<Integer, Long> committed = new TreeMap<>();
        for (JsonNode partition : gateway.status().path("partitions")) {
            int number = partition.path("partition").asInt();
            inFlight.put(number, partition.path("in_flight_records").asLong());
            committed.put(number, partition.path("committed").asLong());
        }
        return new Snapshot(atMs, inFlight, committed);
    }

    long allInFlight() {
        return inFlight.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The most verdicts that a processor's death may make void, by partition: those of what was in flight. */
    Map<Integer, Long> inFlightUntil(long deathMs, List<Event> events) {
        return inFlightAnd(events, event -> happened(event, atMs, deathMs));
    }

    /**
     * The most verdicts that a gateway's death may make void, by partition: those of what was in flight and of what was settled
     * since the last commit, be it by the gateway's own account or by the interval at which it has to commit.
     */
    Map<Integer, Long> uncommittedUntil(long deathMs, Duration commitInterval, List<Event> events) {
        Map<Integer, Long> told = inFlightAnd(
                events,
                event -> event.atMs() <= deathMs
                        && event.offset() >= committed.getOrDefault(event.partition(), Long.MAX_VALUE));
        long sinceMs = atMs - commitInterval.plus(TOLERANCE).toMillis();
        Map<Integer, Long> due = inFlightAnd(events, event -> happened(event, sinceMs, deathMs));
        Map<Integer, Long> bound = new TreeMap<>(told);
        due.forEach((partition, most) -> bound.merge(partition, most, Math::min));
        return bound;
    }

    private static boolean happened(Event event, long fromMs, long untilMs) {
        return event.atMs() >= fromMs && event.atMs() <= untilMs;
    }

    /** What was in flight, and what had its verdict: the picture and the death are not of the same moment. */
    private Map<Integer, Long> inFlightAnd(List<Event> events, Predicate<Event> counts) {
        Map<Integer, Long> bound = new TreeMap<>(inFlight);
        events.stream()
                .filter(event -> event.kind() == Kind.ENDED && counts.test(event))
                .forEach(event -> bound.merge(event.partition(), 1L, Long::sum));
        return bound;
    }
}
