package io.sluice.processor;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A batch that is not fully settled: its groups, who has begun them, and the verdicts so far.
 *
 * <p>Implementation notes. A group is <em>claimed</em> exactly once, by a handler thread that will run it or by the
 * conductor that releases it; the claimer alone writes verdicts of its records, in order. The conductor reads verdicts
 * while handlers still write. It stops at a group's first gap, so a group's verdicts leave in order even when a later
 * one has become visible in between.
 *
 * <p>A whole-batch handler claims all groups in one step, which is possible until the conductor has released something.
 * If it then says the same of all records, that is one verdict for the conductor too.
 */
final class OpenBatch {
    private final Session session;
    private final InBatch batch;
    /** Index of each group's first record; one more entry at the end. */
    private final int[] groupStarts;

    private enum Way {
        UNDECIDED,
        WHOLE,
        BY_GROUPS
    }

    /** Whether groups are claimed all at once, or one by one. */
    private final AtomicReference<Way> way = new AtomicReference<>(Way.UNDECIDED);

    private final AtomicInteger nextGroup = new AtomicInteger();
    private final AtomicIntegerArray claims;
    private final AtomicInteger groupsLeft;
    private final AtomicReferenceArray<@Nullable Verdict> verdicts;

    /** The verdict of all records, in place of {@link #verdicts}; written by whoever has claimed the whole batch. */
    private volatile @Nullable Verdict common;

    /** What must not be begun any more; written by the conductor, read by handlers. */
    private volatile Taken releasing = Taken.NOTHING;

    // owned by: conductor
    final long arrivedNs;
    final long leaseNs;
    long extendedNs;
    boolean finished;
    private final int[] reported;
    private boolean commonSent;
    private Taken gone = Taken.NOTHING;

    OpenBatch(Session session, InBatch batch, int[] groupStarts, long leaseNs, long nowNs) {
        this.session = session;
        this.batch = batch;
        this.groupStarts = groupStarts;
        this.leaseNs = leaseNs;
        this.arrivedNs = nowNs;
        this.extendedNs = nowNs;
        int groups = groupStarts.length - 1;
        this.claims = new AtomicIntegerArray(groups);
        this.groupsLeft = new AtomicInteger(groups);
        this.verdicts = new AtomicReferenceArray<>(batch.size());
        this.reported = new int[groups];
        System.arraycopy(groupStarts, 0, reported, 0, groups);
    }

    long id() {
        return batch.id();
    }

    int size() {
        return batch.size();
    }

    int groups() {
        return groupStarts.length - 1;
    }

    int start(int group) {
        return groupStarts[group];
    }

    int end(int group) {
        return groupStarts[group + 1];
    }

    List<Record> records() {
        return batch.records();
    }

    Record record(int index) {
        return batch.record(index);
    }

    // ---- handler threads

    /** Claims all groups at once; false: some are released already, so that they have to be claimed one by one. */
    boolean claimWhole() {
        return way.compareAndSet(Way.UNDECIDED, Way.WHOLE);
    }

    /** The last verdict, and the first, of a batch that was claimed whole: the same for all records. */
    void settleWhole(Verdict verdict) {
        common = verdict;
        groupsDone(groups());
    }

    /** Claims the next group nobody has begun; -1 when there is none left. */
    int claimNext() {
        int groups = groups();
        int group = nextGroup.getAndIncrement();
        while (group < groups) {
            if (claims.compareAndSet(group, 0, 1)) {
                return group;
            }
            group = nextGroup.getAndIncrement();
        }
        return -1;
    }

    /** Whether a record that is not begun must be handed back instead. */
    boolean mustRelease(int index) {
        return releasing.holds(batch, index);
    }

    void settle(int index, Verdict verdict) {
        verdicts.setRelease(index, verdict);
    }

    /** Releases what follows in a claimed group. */
    void releaseFrom(int index, int end) {
        for (int i = index; i < end; i++) {
            settle(i, Verdict.release());
        }
    }

    /** To be called by the claimer of groups, once for each, after their last verdicts. */
    void groupsDone(int count) {
        if (count > 0 && groupsLeft.addAndGet(-count) == 0) {
            session.finished(this);
        }
    }

    // ---- conductor

    /** From now on nothing of it is begun; groups not begun are released at once, begun ones after their current record. */
    void release(Taken taken) {
        releasing = releasing.and(taken);
        if (!way.compareAndSet(Way.UNDECIDED, Way.BY_GROUPS) && way.get() == Way.WHOLE) {
            return;
        }
        for (int group = 0; group < groups(); group++) {
            if (taken.holds(batch, start(group)) && claims.compareAndSet(group, 0, 1)) {
                releaseFrom(start(group), end(group));
                groupsDone(1);
            }
        }
    }

    /** As release, and verdicts of it are not sent any more: the gateway has taken the records back already. */
    void forget(Taken taken) {
        gone = gone.and(taken);
        release(taken);
    }

    boolean isGone() {
        return gone.all();
    }

    /** Writes the verdicts that were not sent yet, as far as there is room; true when the whole batch has been sent. */
    boolean write(RangeWriter out) {
        Verdict all = common;
        if (commonSent) {
            return true;
        }
        if (all != null && gone.isNothing() && !out.isFull()) {
            out.addAll(size(), all);
            commonSent = true;
            return true;
        }
        return writeGroups(out, all);
    }

    private boolean writeGroups(RangeWriter out, @Nullable Verdict all) {
        boolean complete = true;
        for (int group = 0; group < groups(); group++) {
            int end = end(group);
            int i = reported[group];
            while (i < end && !out.isFull()) {
                Verdict verdict = all != null ? all : verdicts.getAcquire(i);
                if (verdict == null) {
                    break;
                }
                if (!gone.holds(batch, i)) {
                    out.add(i, verdict);
                }
                i++;
            }
            reported[group] = i;
            complete &= i == end;
        }
        return complete;
    }
}
