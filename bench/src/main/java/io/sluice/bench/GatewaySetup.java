package io.sluice.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a gateway is set up, where it is not as shipped.
 *
 * @param name of the contender: {@code sluice-key}; its group begins with it
 * @param ordering none, key or partition
 * @param settings of each pipeline, as {@code processor.streams} and {@code 4}
 * @param flags for its JVM
 */
record GatewaySetup(String name, String ordering, Map<String, String> settings, List<String> flags) {
    /** With the defaults, and a heap of 256 MiB. */
    static GatewaySetup of(String ordering) {
        return new GatewaySetup("sluice-" + ordering, ordering, Map.of(), List.of("-Xmx256m"));
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
        return new GatewaySetup(name, ordering, settings, List.of("-Xmx" + most));
    }
}
