package io.sluice.ingest.delivery;

import io.sluice.ingest.delivery.Flood.State;
import java.util.BitSet;

/**
 * Stops sending when nearly everything ends as a dead letter, as after a bad deployment, before the topic is emptied
 * into the dead-letter topic. Pure: time is a parameter. Owned by: lane thread.
 *
 * <pre>
 *            too many of the last outcomes, or too many in a row
 *   CLOSED ------------------------------------------------------> OPEN
 *     ^                                                           |  ^
 *     |                                        the pause is over  |  | twice the pause,
 *     |    enough of {@value #PROBE_RECORDS} were good            v  | up to 16 times
 *     +-------------------------------------------------------- PROBING
 * </pre>
 *
 * <p>An outcome counts when it is decided, not when its letter is durable. What processors hold when the breaker opens
 * keeps its verdicts: so much may still be dead-lettered, and {@value #PROBE_RECORDS} records with each probe.
 */
final class FloodBreaker {
    /** Outcomes that decide a probe; no more records than that are out at a time while probing. */
    static final int PROBE_RECORDS = 10;

    private static final int MAX_DOUBLINGS = 4;

    private final FloodPolicy policy;
    private final Tally openings;

    private State state = State.CLOSED;
    private String why = "";
    private String last = "";
    private Flood news;

    // While CLOSED: the last outcomes, a bit for each dead letter.
    private final BitSet window = new BitSet();
    private int at;
    private int badInWindow;
    private int inARow;
    /** Outcomes since it last closed: soon after that, a new flood is the old one. */
    private long sinceClosed;

    // While OPEN.
    private int doublings = -1;
    private long openedNs;
    private long untilNs;

    // While PROBING.
    private int good;
    private int bad;
    private Batch probe;

    /** @param openings counts how often it opens */
    FloodBreaker(FloodPolicy policy, Tally openings) {
        this.policy = policy;
        this.openings = openings;
    }

    /** A record was acknowledged. */
    void acked() {
        if (!policy.enabled()) {
            return;
        }
        if (state == State.CLOSED) {
            inARow = 0;
            sinceClosed++;
            if (badInWindow > 0) {
                push(false);
            }
        } else if (state == State.PROBING) {
            good++;
            if (good + bad >= PROBE_RECORDS) {
                close();
            }
        }
    }

    /**
     * A record is about to be dead-lettered.
     *
     * @param waited it had failed earlier and waited in a retry topic or a parking log. Such records come in crowds of
     *     nothing else when they are due, so that many in a row say nothing of the others; the share of the window does
     */
    void deadLettered(Cause cause, String code, boolean waited, long nowNs) {
        if (!policy.enabled()) {
            return;
        }
        last = code.isEmpty() || code.equals(cause.name()) ? cause.name() : cause.name() + " " + code;
        if (state == State.CLOSED) {
            inARow += waited ? 0 : 1;
            sinceClosed++;
            push(true);
            if (!waited && inARow >= policy.consecutive()) {
                open(inARow + (inARow == 1 ? " dead letter" : " dead letters in a row"), nowNs);
            } else if (badInWindow > policy.ratio() * policy.window()) {
                open(badInWindow + " dead letters among the last " + policy.window() + " outcomes", nowNs);
            }
        } else if (state == State.PROBING) {
            bad++;
            if (bad >= PROBE_RECORDS || bad > policy.ratio() * PROBE_RECORDS) {
                open(bad + " dead letters among " + (good + bad) + " records that were tried", nowNs);
            } else if (good + bad >= PROBE_RECORDS) {
                close();
            }
        }
    }

    private void push(boolean dead) {
        badInWindow += (dead ? 1 : 0) - (window.get(at) ? 1 : 0);
        window.set(at, dead);
        at = at + 1 == policy.window() ? 0 : at + 1;
    }

    private void open(String figures, long nowNs) {
        boolean again = state == State.PROBING || (doublings >= 0 && sinceClosed < policy.window());
        doublings = again ? Math.min(MAX_DOUBLINGS, doublings + 1) : 0;
        state = State.OPEN;
        openedNs = nowNs;
        untilNs = nowNs + (policy.pauseNs() << doublings);
        why = "dead-letter flood: " + figures + ", the last " + last;
        openings.add(1);
        news = view(nowNs);
    }

    private void close() {
        state = State.CLOSED;
        probe = null;
        window.clear();
        badInWindow = 0;
        inARow = 0;
        sinceClosed = 0;
        why = "";
        news = new Flood(State.CLOSED, "", 0);
    }

    /** A processor has connected, perhaps a repaired one: the first pause is enough for it. */
    void streamUp() {
        long early = openedNs + policy.pauseNs();
        if (state == State.OPEN && early - untilNs < 0) {
            untilNs = early;
        }
    }

    /** How many records the next batch may hold; 0: none may be sent now. */
    int allowance(long nowNs) {
        if (state == State.CLOSED) {
            return Integer.MAX_VALUE;
        }
        if (state == State.OPEN) {
            if (untilNs - nowNs > 0) {
                return 0;
            }
            state = State.PROBING;
            good = 0;
            bad = 0;
            probe = null;
        }
        return probe != null && probe.open > 0 ? 0 : PROBE_RECORDS - good - bad;
    }

    void sent(Batch batch) {
        if (state == State.PROBING) {
            probe = batch;
        }
    }

    /** Whether everything is let through. */
    boolean closed() {
        return state == State.CLOSED;
    }

    /** Time until records may be tried again, at most {@code maxNs}; also that much if they may be already. */
    long untilProbe(long nowNs, long maxNs) {
        long leftNs = untilNs - nowNs;
        return state == State.OPEN && leftNs > 0 ? Math.min(maxNs, leftNs) : maxNs;
    }

    Flood view(long nowNs) {
        return new Flood(state, why, state == State.OPEN ? Math.max(0, untilNs - nowNs) : 0);
    }

    /** What it has changed to since the last call; null: nothing that is worth a line. */
    Flood takeNews() {
        Flood taken = news;
        news = null;
        return taken;
    }
}
