package io.sluice.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How a gateway is set up, where it is not as shipped.
 *
 * @param name of the contender: {@code sluice-key}; its group begins with it
 * @param ordering none, key or partition
 * @param settings of each pipeline, as {@code processor.streams} and {@code 4}
 * @param flags for its JVM
 */
record GatewaySetup(String name, String ordering, Map<String, String> settings, List<String> flags) {
    /** What the launcher starts a gateway with. */
    static final List<String> COLLECTOR = Runtime.getRuntime().availableProcessors() <= 2
            ? List.of("-XX:+UseSerialGC", "-XX:NewRatio=1")
            : List.of("-XX:+UseG1GC");

    /** With the defaults, and a heap of 256 MiB. */
    static GatewaySetup of(String ordering) {
        return new GatewaySetup("sluice-" + ordering, ordering, Map.of(), flags("256m"));
    }

    /** Those of the launcher; more, to try some, by the system property {@code bench.gateway.flags}. */
    private static List<String> flags(String heap) {
        List<String> flags = new ArrayList<>(COLLECTOR);
        flags.add("-Xmx" + heap);
        Stream.of(System.getProperty("bench.gateway.flags", "").split(" "))
                .filter(flag -> !flag.isBlank())
                .forEach(flags::add);
        return List.copyOf(flags);
    }

    GatewaySetup named(String newName) {
        return new GatewaySetup(newName, ordering, settings, flags);
    }

    GatewaySetup with(String key, Object value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(key, value.toString());
        return new GatewaySetup(name, ordering, Map.copyOf(more), flags);
    }

    GatewaySetup heap(String most) {
        return new GatewaySetup(name, ordering, settings, flags(most));
    }
}
