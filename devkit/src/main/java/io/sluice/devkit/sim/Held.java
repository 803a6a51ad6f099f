package io.sluice.devkit.sim;

import java.util.ArrayDeque;

/** A partition that is assigned, as the poll thread has it. */
final class Held {
    final EpochModel epoch;
    final ArrayDeque<Rec> carry = new ArrayDeque<>();
    int cursor;
    long told = -1;
    long handed;
    long boardSettled;
    long boardCommittable = -1;
    String boardMetadata = "";
    long committed;
    String committedMetadata;
    boolean committing;

    Held(EpochModel epoch, int cursor) {
        this.epoch = epoch;
        this.cursor = cursor;
        this.committed = epoch.log.committed();
        this.committedMetadata = epoch.log.metadata();
    }

    /** Whether a commit of what the lane has said last says more than the last one that was confirmed. */
    boolean saysMore() {
        boolean standing = boardCommittable >= 0 && boardCommittable == committed;
        return boardCommittable > committed || (standing && !boardMetadata.equals(committedMetadata));
    }
}
