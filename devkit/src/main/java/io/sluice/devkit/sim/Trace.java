package io.sluice.devkit.sim;

import java.util.ArrayDeque;
import java.util.List;

/** Folds everything that happens into a hash; keeps the last events as text if asked. */
final class Trace {
    private static final int KEPT = 200;

    /** What can happen; {@code a}, {@code b}, {@code c} are its figures. */
    enum What {
        ASSIGNED("assigned partition {b} as epoch {a}, from offset {c}"),
        RECEIVED("  received {b} of epoch {a}, key {c}"),
        RETURNED("    it comes from a retry topic with {a} attempts, foreign {b}, and was {c} in its source"),
        RESTORED("  restored to epoch {a}: {b} offsets done, {c} noted"),
        POSITION("  position of epoch {a} is {b}"),
        REVOKE("revoke epoch {a} until {b} ms"),
        LOST("lost epoch {a}"),
        STREAM_UP("stream {a} up, credit {b} records {c} bytes"),
        STREAM_DOWN("stream {a} down, blame {b}"),
        CREDIT("stream {a} credit {b} records {c} bytes"),
        DRAINING("stream {a} drains"),
        EXTEND("stream {a} extends batch {b} by {c} ms"),
        RESULTS("stream {a} answers batch {b} with {c} ranges"),
        VERDICT("    records from {a}, count {b}: outcome {c}"),
        REFUSED("  frame of stream {a} refused"),
        PUBLISHED("letter of {b}, epoch {a}, is durable"),
        PUBLISH_FAILED("letter of {b}, epoch {a}, failed"),
        TICK("tick did {a}"),
        DISPATCH("dispatched {a}"),
        FLOOD("the breaker for dead letters is in state {a}"),
        CRASH("the gateway crashes and starts again"),
        HEALED("faults end"),
        COMMIT("broker: partition {a} committed at {b}"),
        // Effects.
        SEND("> stream {a}: batch {b} of {c}"),
        ENTRY("    > {b} of epoch {a}, attempt {c}"),
        PORT_REVOKE("> stream {a}: give back, cause {b}"),
        PORT_CLOSE("> stream {a}: close, cause {b}"),
        PUBLISH("> letter of {b}, epoch {a}, taken {c}"),
        PROGRESS("> epoch {a} committable {b}, settled {c}"),
        COMPLETIONS("> epoch {a} completions of {b} characters"),
        GONE("> epoch {a} let go at {b}");

        private final String text;

        What(String text) {
            this.text = text;
        }
    }

    private final boolean keeps;
    private final ArrayDeque<String> last = new ArrayDeque<>();
    private final long[] counts = new long[What.values().length];
    private long hash = 0xCBF29CE484222325L;

    Trace(boolean keeps) {
        this.keeps = keeps;
    }

    void add(long now, What what, long a, long b, long c) {
        counts[what.ordinal()]++;
        long h = hash ^ (now + what.ordinal());
        h = Long.rotateLeft(h * 0x9E3779B97F4A7C15L, 31) ^ a;
        h = Long.rotateLeft(h * 0x9E3779B97F4A7C15L, 29) ^ b;
        hash = Long.rotateLeft(h * 0x9E3779B97F4A7C15L, 27) ^ c;
        if (keeps) {
            keep(now, what, a, b, c);
        }
    }

    private void keep(long now, What what, long a, long b, long c) {
        if (last.size() == KEPT) {
            last.removeFirst();
        }
        String text = what.text
                .replace("{a}", Long.toString(a))
                .replace("{b}", Long.toString(b))
                .replace("{c}", Long.toString(c));
        last.addLast(String.format("%12.3f ms  %s", now / 1e6, text));
    }

    /** How often something has happened. */
    long count(What what) {
        return counts[what.ordinal()];
    }

    long hash() {
        return hash;
    }

    /** The last events, oldest first; empty unless kept. */
    List<String> last() {
        return List.copyOf(last);
    }
}
