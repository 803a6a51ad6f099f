package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.Flood.State;
import io.sluice.ingest.delivery.FloodPolicy;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What the breaker for dead letters must be, from the outcomes alone: a list of the last ones, counted anew for each. Some
 * dead letters are only seen when they are offered to the producer, some time after they were decided; in worlds that may
 * have them the state is taken from the core, and only what must not happen in it is judged.
 */
final class FloodJudge {
    /** Outcomes that decide a probe, and most records of one. */
    static final int PROBE = 10;

    private static final int MOST_PAUSES = 16;

    private final FloodPolicy policy;
    private final boolean exact;

    private State state = State.CLOSED;
    private final ArrayDeque<Boolean> last = new ArrayDeque<>();
    private int inARow;
    private long sinceClosed;
    private int pauses;
    private long openedAt;
    private long earliest;
    private int good;
    private int bad;
    private @Nullable SentBatch probe;
    /** How often the core's has opened, as last seen. */
    private long openings;

    /** @param exact every outcome is seen when it is decided */
    FloodJudge(FloodPolicy policy, boolean exact) {
        this.policy = policy;
        this.exact = exact;
    }

    void crashed() {
        close();
        openings = 0;
        pauses = 0;
    }

    /** An outcome. {@code waited}: of a record that came back from a retry topic. */
    void outcome(boolean dead, boolean waited, long now) {
        if (!policy.enabled() || !exact) {
            return;
        }
        if (state == State.CLOSED) {
            sinceClosed++;
            last.addLast(dead);
            if (last.size() > policy.window()) {
                last.removeFirst();
            }
            inARow = !dead ? 0 : inARow + (waited ? 0 : 1);
            boolean row = dead && !waited && inARow >= policy.consecutive();
            if (row || last.stream().filter(d -> d).count() > policy.ratio() * policy.window()) {
                open(now);
            }
        } else if (state == State.PROBING) {
            good += dead ? 0 : 1;
            bad += dead ? 1 : 0;
            if (bad >= PROBE || bad > policy.ratio() * PROBE) {
                open(now);
            } else if (good + bad >= PROBE) {
                close();
            }
        }
    }

    private void open(long now) {
        boolean again = state == State.PROBING || (pauses > 0 && sinceClosed < policy.window());
        pauses = again ? Math.min(MOST_PAUSES, pauses * 2) : 1;
        state = State.OPEN;
        openedAt = now;
        earliest = now + pauses * policy.pauseNs();
    }

    private void close() {
        state = State.CLOSED;
        last.clear();
        inARow = 0;
        sinceClosed = 0;
        probe = null;
    }

    private void tries() {
        state = State.PROBING;
        good = 0;
        bad = 0;
        probe = null;
    }

    /** A processor has connected. */
    void streamUp() {
        if (state == State.OPEN) {
            earliest = Math.min(earliest, openedAt + policy.pauseNs());
        }
    }

    /** A batch is sent: may it be? */
    void sent(SentBatch batch, long now) {
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.OPEN) {
            mayTry(now);
            tries();
        }
        if (probe != null && probe.open > 0) {
            throw new Broken("FLOOD", "batch " + batch.id + " sent while batch " + probe.id + " is tried");
        }
        if (batch.recs.length > PROBE - good - bad) {
            throw new Broken(
                    "FLOOD", batch.recs.length + " records tried, after " + good + " good and " + bad + " dead ones");
        }
        probe = batch;
    }

    private void mayTry(long now) {
        if (now < earliest) {
            throw new Broken("FLOOD", "records tried " + (earliest - now) + " ns before the pause is over");
        }
    }

    /**
     * Must hold after every step, and whenever a batch is sent.
     *
     * @param opened how often the core's breaker has opened: it may try, and open again, within a step
     */
    void compare(State core, long opened, long now) {
        if (!exact && opened != openings) {
            state = State.OPEN;
            openedAt = now;
            earliest = now + policy.pauseNs();
        }
        openings = opened;
        if (core == state) {
            return;
        }
        if (core == State.PROBING && state == State.OPEN) {
            mayTry(now);
            tries();
        } else if (exact || !policy.enabled()) {
            throw new Broken("FLOOD", "the breaker is " + core + ", by a count of the outcomes it is " + state);
        } else if (state == State.PROBING && core == State.CLOSED) {
            close();
        } else {
            throw new Broken("FLOOD", "the breaker was " + state + " and is " + core);
        }
    }

    /**
     * Must hold when the lane goes to sleep until then. Once the pause is over it is for others to wake it: a processor may
     * have asked to hold everything.
     */
    void nothingDueBefore(long until, long now) {
        long soonest = exact ? earliest : openedAt + policy.pauseNs();
        long latest = exact ? earliest : openedAt + MOST_PAUSES * policy.pauseNs();
        if (state == State.OPEN && now < soonest && until > latest) {
            throw new Broken("SLEEP", "the lane would sleep through the end of the breaker's pause");
        }
    }
}
