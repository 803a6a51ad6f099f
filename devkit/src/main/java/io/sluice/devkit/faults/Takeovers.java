package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.EventKind;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import io.sluice.devkit.oracle.LogRecord.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How long it took until somebody went on with what a process had left. From the logs. */
final class Takeovers {
    private Takeovers() {}

    /**
     * For each partition of each killed gateway, milliseconds from the kill to the first delivery by another, for all kills.
     *
     * @param logs of the run
     */
    static List<Long> ofKilledGateways(RunLogs logs) {
        List<Long> times = new ArrayList<>();
        for (Event kill : logs.events) {
            if (kill.kind().equals(EventKind.GATEWAY_KILL)) {
                for (String partition : heldBy(kill.who(), kill.t(), logs.events)) {
                    times.add(firstDelivery(logs.delivered, partition, kill.t(), kill.who()) - kill.t());
                }
            }
        }
        return times;
    }

    /** For each partition that a gateway gave up because it was asked to end, milliseconds without a delivery of it. */
    static List<Long> gapsOfEndedGateways(RunLogs logs) {
        List<Long> gaps = new ArrayList<>();
        for (Event term : logs.events) {
            if (term.kind().equals(EventKind.GATEWAY_TERM)) {
                for (String partition : heldBy(term.who(), term.t(), logs.events)) {
                    long last = term.t();
                    for (Delivered d : logs.delivered) {
                        if (isOf(d, partition) && d.gateway().startsWith(term.who())) {
                            last = Math.max(last, d.t());
                        }
                    }
                    long next = firstDelivery(logs.delivered, partition, last, term.who());
                    // The last gateway of a run has no successor.
                    if (next != Handling.NEVER) {
                        gaps.add(next - last);
                    }
                }
            }
        }
        return gaps;
    }

    /**
     * For each record that was open at a processor when it was killed, milliseconds from then to its next delivery. Not of processors that
     * a record ended: what was open there is looked at more carefully, on purpose.
     */
    static List<Long> ofKilledProcessors(RunLogs logs, List<Handling> handlings) {
        Map<Handling.Place, List<Handling>> byPlace = byPlace(handlings);
        List<Long> times = new ArrayList<>();
        for (Event kill : logs.events) {
            if (!kill.kind().equals(EventKind.PROCESSOR_KILL) || kill.detail().equals(ProcessorJournal.BY_A_RECORD)) {
                continue;
            }
            for (Handling open : handlings) {
                if (open.delivered().processor().equals(kill.who()) && open.openAt(kill.t())) {
                    byPlace.getOrDefault(open.place(), List.of()).stream()
                            .filter(h -> h.delivered().t() >= kill.t())
                            .mapToLong(h -> h.delivered().t() - kill.t())
                            .min()
                            .ifPresent(times::add);
                }
            }
        }
        return times;
    }

    /** Times a record was charged an attempt although its first delivery had no answer but the death of its processor. */
    static long chargedForDeath(RunLogs logs, List<Handling> handlings) {
        Map<Handling.Place, List<Handling>> byPlace = byPlace(handlings);
        long charged = 0;
        for (Event kill : logs.events) {
            if (kill.kind().equals(EventKind.PROCESSOR_KILL)) {
                charged += handlings.stream()
                        .filter(open -> open.delivered().processor().equals(kill.who()) && open.openAt(kill.t()))
                        .filter(open -> byPlace.getOrDefault(open.place(), List.of()).stream()
                                .filter(h -> h.delivered().t() >= kill.t())
                                .findFirst()
                                .filter(h -> h.delivered().attempt()
                                        != open.delivered().attempt())
                                .isPresent())
                        .count();
            }
        }
        return charged;
    }

    /** The value below which the share lies; 0 if there is none. */
    static long quantile(List<Long> values, double share) {
        if (values.isEmpty()) {
            return 0;
        }
        List<Long> sorted = values.stream().sorted().toList();
        int index = (int) Math.ceil(sorted.size() * share) - 1;
        return sorted.get(Math.max(0, index));
    }

    static Map<Handling.Place, List<Handling>> byPlace(List<Handling> handlings) {
        Map<Handling.Place, List<Handling>> byPlace = new HashMap<>();
        handlings.forEach(
                h -> byPlace.computeIfAbsent(h.place(), p -> new ArrayList<>(1)).add(h));
        return byPlace;
    }

    /** Partitions a gateway had at a moment, as {@code topic-partition}. */
    private static Set<String> heldBy(String gateway, long t, List<Event> events) {
        Set<String> held = new LinkedHashSet<>();
        for (Event event : events) {
            if (event.t() <= t && event.who().startsWith(gateway + '/')) {
                List<String> partitions =
                        List.of(event.detail().replaceAll("@[0-9]+", "").split(",", -1));
                switch (event.kind()) {
                    case EventKind.ASSIGNED -> held.addAll(partitions);
                    case EventKind.RELEASED, EventKind.LOST -> partitions.forEach(held::remove);
                    default -> {}
                }
            }
        }
        return held;
    }

    private static long firstDelivery(List<Delivered> delivered, String partition, long after, String butBy) {
        for (Delivered d : delivered) {
            if (d.t() >= after && isOf(d, partition) && !d.gateway().startsWith(butBy)) {
                return d.t();
            }
        }
        return Handling.NEVER;
    }

    private static boolean isOf(Delivered d, String partition) {
        return partition.length() > d.topic().length()
                && partition.startsWith(d.topic())
                && partition.equals(d.topic() + '-' + d.partition());
    }
}
