package io.sluice.devkit.sim;

/** A batch as it was sent, with what has become of each of its records since. Outcomes as the judge knows them. */
final class SentBatch {
    static final byte OPEN = 0;
    static final byte ACK = 1;
    static final byte RETRY = 2;
    static final byte REJECT = 3;
    static final byte RELEASE = 4;
    static final byte GONE = 5;

    final long id;
    final Rec[] recs;
    final int[] groups;
    final byte[] outcomes;
    /** Sent on a stream of its own, because its records saw streams die. */
    final boolean suspects;

    final long sentAt;
    long leaseUntil;
    int open;

    // What the processor has done with it.
    final boolean[] answered;
    /** It said RETRY or RELEASE: only RELEASE may follow in the group. */
    final boolean[] stopped;

    int unanswered;

    SentBatch(long id, Rec[] recs, int[] groups, boolean suspects, long sentAt, long leaseUntil) {
        this.id = id;
        this.recs = recs;
        this.groups = groups;
        this.outcomes = new byte[recs.length];
        this.suspects = suspects;
        this.sentAt = sentAt;
        this.leaseUntil = leaseUntil;
        this.open = recs.length;
        this.answered = new boolean[recs.length];
        this.stopped = new boolean[recs.length];
        this.unanswered = recs.length;
    }

    boolean firstOfGroup(int i) {
        return i == 0 || groups[i - 1] != groups[i];
    }

    int endOfGroup(int i) {
        int end = i + 1;
        while (end < groups.length && groups[end] == groups[i]) {
            end++;
        }
        return end;
    }

    static boolean stops(byte outcome) {
        return outcome == RETRY || outcome == RELEASE;
    }
}
