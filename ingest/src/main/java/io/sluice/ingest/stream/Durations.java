package io.sluice.ingest.stream;

import com.google.protobuf.Duration;
import java.util.concurrent.TimeUnit;

/** Between nanoseconds and the wire's durations. */
final class Durations {
    /** What longer durations are cut to: far from overflow, further than anything here waits. */
    static final long LONGEST_NS = TimeUnit.DAYS.toNanos(365);

    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private Durations() {}

    /** Negative counts as zero. */
    static Duration of(long ns) {
        long positive = Math.max(0, ns);
        return Duration.newBuilder()
                .setSeconds(positive / NANOS_PER_SECOND)
                .setNanos((int) (positive % NANOS_PER_SECOND))
                .build();
    }

    /**
     * In nanoseconds, cut to {@link #LONGEST_NS}.
     *
     * @param where names the field, for the text
     */
    static long toNanos(Duration duration, String where) throws BadFrame {
        long seconds = duration.getSeconds();
        int nanos = duration.getNanos();
        if (seconds < 0 || nanos < 0 || nanos >= NANOS_PER_SECOND) {
            throw new BadFrame(
                    FrameFault.DURATION_RANGE,
                    where + " is " + seconds + " s and " + nanos
                            + " ns; allowed are 0 s or more and 0 to 999999999 ns");
        }
        if (seconds >= TimeUnit.NANOSECONDS.toSeconds(LONGEST_NS)) {
            return LONGEST_NS;
        }
        return seconds * NANOS_PER_SECOND + nanos;
    }
}
