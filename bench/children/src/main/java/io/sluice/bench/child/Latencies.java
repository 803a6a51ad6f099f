package io.sluice.bench.child;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Ages of records when they are handled: since the moment at which they were to be sent, whether they were or not, which is in the first
 * eight bytes of their values. That is {@link System#nanoTime}, which all processes of a machine read from one clock on Linux. Filled by one
 * thread, told by another while nothing is added.
 */
final class Latencies {
    private static final long MOST_NS = 600_000_000_000L;
    private static final int DIGITS = 3;

    private final Histogram ages = new Histogram(MOST_NS, DIGITS);

    void add(byte @Nullable [] value) {
        if (value == null) {
            throw new IllegalArgumentException("a record without a value does not say when it was due");
        }
        long dueNs = ByteBuffer.wrap(value).getLong();
        ages.recordValue(Math.min(MOST_NS, Math.max(0, System.nanoTime() - dueNs)));
    }

    /** Says what there was since the last time, if anything, as a compressed histogram of nanoseconds. */
    void tell() {
        if (ages.getTotalCount() == 0) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(ages.getNeededByteBufferCapacity());
        int length = ages.encodeIntoCompressedByteBuffer(bytes);
        ages.reset();
        Rounds.note("latency", Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length)));
    }
}
