package io.sluice.ingest.stream;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

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

    /** Frames that were refused before they came to the lane, by reason; only reasons that occurred. */
    public Map<String, Long> violations() {
        return sums(violations);
    }

    /** Frames refused for one of {@link #reasons()}. */
    public long violations(String reason) {
        LongAdder adder = violations.get(reason);
        return adder == null ? 0 : adder.sum();
    }

    /** Every reason there can be for {@link #violations()}. */
    public static List<String> reasons() {
        return Stream.of(FrameFault.values()).map(FrameFault::name).toList();
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
