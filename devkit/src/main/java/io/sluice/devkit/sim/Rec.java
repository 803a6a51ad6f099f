package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.Cause;
import io.sluice.ingest.delivery.Origin;
import org.jspecify.annotations.Nullable;

/** What the judge knows of one record of one assignment. */
final class Rec {
    /** Where a record is. */
    enum State {
        WAITING,
        /** In an open batch. */
        SENT,
        /** To be dead-lettered or moved to a retry topic, until that is durable. */
        LETTER,
        /** Settled, or its assignment is over. */
        OVER
    }

    static final long NO_TIME = Long.MIN_VALUE;

    final EpochModel epoch;
    final long offset;
    final int key;
    final int bytes;
    final byte kind;
    final int leader;

    State state = State.WAITING;
    int attempts;
    int deaths;
    int lonelyDeaths;
    /** Not sent again before. */
    long notBefore;

    /** No connected processor could take it at some dispatch, so it may be dead-lettered for that. */
    boolean mayBeRefused;

    @Nullable
    Cause cause;

    int tier = -1;
    /** Wanted back by nobody before, {@link #NO_TIME} if that was not said. */
    long wish = NO_TIME;

    boolean hasFailed;
    /** When it first failed by itself. */
    long firstFailed;
    /** Too old, so it may be given up, but other things come first. */
    boolean mayExpire;
    /** It is known to be too old, and has its turn before that is looked at again. */
    boolean spared;
    /** It has left its key for one of the reasons for which it may. */
    private boolean left;

    // Of a retry topic.
    @Nullable
    Past past;

    @Nullable
    Origin origin;

    boolean foreign;
    long dueAt;

    /** Its letter is with the producer. */
    boolean letterOut;

    int letterFailures;
    long letterNotBefore;

    Rec(EpochModel epoch, long offset, int key, int bytes, byte kind, int leader) {
        this.epoch = epoch;
        this.offset = offset;
        this.key = key;
        this.bytes = bytes;
        this.kind = kind;
        this.leader = leader;
    }

    void deadLetter(Cause why) {
        state = State.LETTER;
        cause = why;
    }

    /** Goes to a retry topic. {@code until}: see {@link #wish}. */
    void delay(int toTier, long until) {
        state = State.LETTER;
        cause = null;
        tier = toTier;
        wish = until;
    }

    /** A later record of its key goes on: that is right if there may be a letter for it. */
    boolean mayHaveLeft() {
        if (state == State.WAITING && (mayBeRefused || mayExpire)) {
            deadLetter(mayBeRefused ? Cause.TOO_LARGE : Cause.EXPIRED);
            left = true;
        }
        return state == State.LETTER;
    }

    /** A letter says that it is dead: that is right if it is known, or may be. */
    boolean mayBeDead(Cause why) {
        if ((state == State.WAITING || left)
                && (why == Cause.TOO_LARGE ? mayBeRefused : why == Cause.EXPIRED && mayExpire)) {
            deadLetter(why);
            left = false;
        }
        return state == State.LETTER && cause == why;
    }

    /** Whether a commit has to tell that it failed. */
    boolean failedHere() {
        return past == null
                ? attempts > 0 || lonelyDeaths > 0
                : attempts > past.attempts() || lonelyDeaths > past.lonelyDeaths();
    }

    @Override
    public String toString() {
        return offset + " of epoch " + epoch.number() + (state == State.OVER ? ", over" : ", " + state);
    }
}
