package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.LogRecord.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Who had which partition when, from events. */
final class Assignments {
    /** A commit may still be on its way when the gateway is killed. */
    private static final long ON_THE_WAY_MS = 2_000;

    private record Owner(int gateway, int part) {}

    private final History history;
    private final Map<Owner, List<Epoch>> epochs = new HashMap<>();

    Assignments(History history) {
        this.history = history;
        for (Event event : history.events) {
            apply(event);
        }
    }

    private void apply(Event event) {
        switch (event.kind()) {
            case EventKind.ASSIGNED -> each(event, (part, number) -> assigned(event, part, number));
            case EventKind.REVOKED ->
                each(event, (part, number) -> {
                    Epoch epoch = find(event, part, number);
                    epoch.revokedAt = Math.min(epoch.revokedAt, event.t());
                });
            case EventKind.RELEASED ->
                each(event, (part, number) -> {
                    Epoch epoch = find(event, part, number);
                    epoch.released = true;
                    end(epoch, event.t(), false);
                });
            case EventKind.LOST -> each(event, (part, number) -> end(find(event, part, number), event.t(), true));
            case EventKind.GATEWAY_KILL -> killed(event);
            case EventKind.START_POSITION, EventKind.RECORDS_DELETED ->
                each(event, (part, offset) -> part.waivers.add(new Part.Waiver(event.t(), offset, false)));
            case EventKind.OPERATOR_RESET ->
                each(event, (part, offset) -> part.waivers.add(new Part.Waiver(event.t(), offset, true)));
            default -> {
                // A mark in time.
            }
        }
    }

    private void assigned(Event event, Part part, long number) {
        Epoch epoch = new Epoch(history.gateways.of(event.who()), number, event.t());
        part.epochs.add(epoch);
        epochs.computeIfAbsent(new Owner(epoch.gateway, part.number), o -> new ArrayList<>())
                .add(epoch);
    }

    private Epoch find(Event event, Part part, long number) {
        int gateway = history.gateways.of(event.who());
        for (Epoch epoch : epochs.getOrDefault(new Owner(gateway, part.number), List.of())) {
            if (epoch.number == number) {
                return epoch;
            }
        }
        throw new IllegalArgumentException(
                "event " + event + ": " + part.name + "@" + number + " was never assigned to " + event.who());
    }

    private static void end(Epoch epoch, long t, boolean lost) {
        epoch.until = Math.min(epoch.until, t);
        epoch.lost |= lost;
    }

    private void killed(Event event) {
        epochs.forEach((owner, list) -> {
            String name = history.gateways.text(owner.gateway());
            if (name.equals(event.who()) || name.startsWith(event.who() + "/")) {
                list.forEach(epoch -> end(epoch, event.t() + ON_THE_WAY_MS, false));
            }
        });
    }

    private void each(Event event, BiConsumer<Part, Long> action) {
        for (String item : event.detail().split(",")) {
            int at = item.lastIndexOf('@');
            if (at < 0) {
                throw new IllegalArgumentException(
                        "event " + event + ": topic-partition@number,... is expected as detail");
            }
            action.accept(history.part(item.substring(0, at)), Long.parseLong(item.substring(at + 1)));
        }
    }

    /** The assignment that a delivery at a time belongs to. */
    Epoch of(int gateway, Part part, long t) {
        List<Epoch> list = epochs.computeIfAbsent(new Owner(gateway, part.number), o -> new ArrayList<>());
        Epoch found = null;
        for (Epoch epoch : list) {
            if (epoch.from <= t) {
                found = epoch;
            }
        }
        if (found == null) {
            // Not in part.epochs: rules about owners judge only what is known.
            found = new Epoch(gateway, -1, Long.MIN_VALUE);
            list.add(0, found);
        }
        return found;
    }
}
