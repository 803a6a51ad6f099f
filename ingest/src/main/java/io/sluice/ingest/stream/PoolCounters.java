package io.sluice.ingest.stream;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What a pool has met since it started. Written and read by any thread. */
public final class PoolCounters {
    private final LongAdder connects = new LongAdder();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> violations = new ConcurrentHashMap<>();

    PoolCounters() {}

    /** Streams on which a processor said hello. */
    public long connects() {
        return connects.sum();
    }

    /**
     * Streams and attempts that ended other than by the gateway's own doing, by status code, or by the gateway's own
     * name for it (HELLO_TIMEOUT, DNS, and those of {@link #violations()} before hello).
     */
    public Map<String, Long> failures() {
        return sums(failures);
    }

    /** Frames refused by the codec, by reason. */
    public Map<String, Long> violations() {
        return sums(violations);
    }

    void connected() {
        connects.increment();
    }

    void failed(String code) {
        failures.computeIfAbsent(code, c -> new LongAdder()).increment();
    }

    void violated(FrameFault fault) {
        violations.computeIfAbsent(fault.name(), f -> new LongAdder()).increment();
    }

    private static Map<String, Long> sums(Map<String, LongAdder> adders) {
        Map<String, Long> out = new TreeMap<>();
        adders.forEach((name, adder) -> out.put(name, adder.sum()));
        return out;
    }
}
