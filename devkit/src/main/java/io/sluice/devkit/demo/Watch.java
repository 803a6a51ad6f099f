package io.sluice.devkit.demo;

/** Notices that a number has stopped changing. */
final class Watch {
    private final long patienceNs;
    private long lastMotion = Long.MIN_VALUE;
    private long lastChangeNs;

    Watch(long patienceNs, long nowNs) {
        this.patienceNs = patienceNs;
        this.lastChangeNs = nowNs;
    }

    /** Whether {@code motion} has been the same for as long as there is patience. */
    boolean isStalled(long motion, long nowNs) {
        if (motion != lastMotion) {
            lastMotion = motion;
            lastChangeNs = nowNs;
        }
        return nowNs - lastChangeNs >= patienceNs;
    }
}
