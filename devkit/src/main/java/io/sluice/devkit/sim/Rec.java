package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.Cause;
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

    /** Goes to a retry topic. */
    void delay(int toTier) {
        state = State.LETTER;
        tier = toTier;
    }

    @Override
    public String toString() {
        return offset + " of epoch " + epoch.number() + (state == State.OVER ? ", over" : ", " + state);
    }
}
