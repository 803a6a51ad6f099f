package io.sluice.bench.child;

/** Lets as many records through as the rounds so far have; between rounds it holds whoever brings more. Any thread. */
final class Gate {
    private long allowed;
    private long taken;
    private long handled;

    /** Waits until records may be handled, and takes {@code records} of them; the last ones of a round may be a few too many. */
    synchronized void enter(int records) throws InterruptedException {
        while (taken >= allowed) {
            wait();
        }
        taken += records;
    }

    /** They are handled. */
    synchronized void leave(int records) {
        handled += records;
        if (handled >= allowed) {
            notifyAll();
        }
    }

    /** A round: opens, and returns when its records are handled. */
    synchronized void round(long records) throws InterruptedException {
        open(records);
        while (handled < allowed) {
            wait();
        }
    }

    synchronized void open(long records) {
        allowed += records;
        notifyAll();
    }
}
