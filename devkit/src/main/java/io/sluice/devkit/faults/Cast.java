package io.sluice.devkit.faults;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The gateways and processors of a run, by name. Changed by the rig's thread, looked at by any. */
final class Cast {
    private final Rig rig;
    private final Map<String, GatewayChild> gateways = new ConcurrentSkipListMap<>();
    private final Map<String, ProcessorChild> processors = new ConcurrentSkipListMap<>();

    Cast(Rig rig) {
        this.rig = rig;
    }

    GatewayChild gateway(String name) {
        return gateways.computeIfAbsent(name, n -> new GatewayChild(rig, n));
    }

    ProcessorChild processor(String name) {
        return processors.computeIfAbsent(name, n -> new ProcessorChild(rig, n));
    }

    Collection<GatewayChild> gateways() {
        return gateways.values();
    }

    Collection<ProcessorChild> processors() {
        return processors.values();
    }

    List<Child> all() {
        List<Child> all = new ArrayList<>(gateways.values());
        all.addAll(processors.values());
        return all;
    }

    /** Where gateways reach the processors there are. */
    List<String> targets() {
        return processors.values().stream().map(ProcessorChild::target).toList();
    }

    /**
     * Ends the gateways that run, all at once, and then the processors: what gateways still have in flight is settled.
     *
     * @throws IllegalStateException if a gateway ends with another exit code than 0
     */
    void end() {
        List<GatewayChild> up = gateways().stream().filter(Child::isUp).toList();
        up.forEach(Child::ask);
        for (GatewayChild gateway : up) {
            int code = gateway.ended();
            if (code != 0) {
                throw new IllegalStateException(
                        gateway.name() + " ended with exit code " + code + " after SIGTERM; " + lastWords());
            }
        }
        List<ProcessorChild> left = processors().stream().filter(Child::isUp).toList();
        left.forEach(Child::ask);
        left.forEach(Child::ended);
    }

    void discard() {
        all().forEach(Child::discard);
    }

    /** The last output of every child. */
    String lastWords() {
        StringBuilder text = new StringBuilder();
        for (Child child : all()) {
            text.append("\n--- ")
                    .append(child.name())
                    .append(child.isUp() ? "" : " (not running)")
                    .append('\n');
            if (child.lives() > 0) {
                text.append(child.process().tail(8));
            }
        }
        return text.toString();
    }
}
