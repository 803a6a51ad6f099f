package io.sluice.bench;

import io.sluice.bench.report.Round;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks at processes before a round and after it. */
final class Meter {
    private Meter() {}

    /** Lets a contender handle {@code records} records, and measures it, its processes and the broker. */
    static Round round(Stage stage, String suite, String scenario, Contender contender, int round, long records) {
        List<Usage> processes = new ArrayList<>(contender.processes());
        processes.add(stage.brokerUsage());
        Map<String, Double> cpu = new HashMap<>();
        Map<String, Long> allocated = new HashMap<>();
        processes.forEach(p -> {
            cpu.merge(p.role(), -p.cpuSeconds(), Double::sum);
            allocated.merge(p.role(), -p.allocatedBytes(), Long::sum);
        });
        double seconds = contender.round(records);
        Map<String, Long> rss = new HashMap<>();
        processes.forEach(p -> {
            cpu.merge(p.role(), p.cpuSeconds(), Double::sum);
            allocated.merge(p.role(), p.allocatedBytes(), Long::sum);
            rss.merge(p.role(), p.peakRssBytes(), Long::sum);
        });
        // A process that is no JVM says nothing, before as after.
        allocated.values().removeIf(bytes -> bytes == 0);
        return new Round(suite, scenario, contender.name(), round, records, seconds, cpu, allocated, rss);
    }
}
